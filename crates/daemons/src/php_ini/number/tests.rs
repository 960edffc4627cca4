use super::*;

#[test]
fn atoi_reads_what_it_can_and_wraps() {
    assert_eq!(atoi(b" \t-12abc"), -12);
    assert_eq!(atoi(b"+5"), 5);
    assert_eq!(atoi(b""), 0);
    assert_eq!(atoi(b"0x10"), 0);
    assert_eq!(atoi(b"99999999999"), 1_215_752_191);
    assert_eq!(strtol(b"99999999999999999999"), i64::MAX);
    assert_eq!(strtol(b"-99999999999999999999"), i64::MIN);
}

#[test]
fn quantities_look_at_their_last_character() {
    let read = |text: &str| (quantity(text.as_bytes()).value, quantity(text.as_bytes()).valid);
    assert_eq!(read("128M"), (134_217_728, true));
    assert_eq!(read("1g"), (1 << 30, true));
    assert_eq!(read("128MB"), (128, false));
    assert_eq!(read("-1"), (-1, true));
    assert_eq!(read("1.5G"), (1 << 30, false));
    assert_eq!(read("010"), (8, true));
    assert_eq!(read("0x1K"), (1024, true));
    assert_eq!(read("lots"), (0, false));
    assert_eq!(read(""), (0, true));
}

#[test]
fn booleans_are_words_or_numbers() {
    assert!(boolean(b"On") && boolean(b"yes") && boolean(b"2"));
    assert!(!boolean(b"") && !boolean(b"Off") && !boolean(b"enabled"));
}
