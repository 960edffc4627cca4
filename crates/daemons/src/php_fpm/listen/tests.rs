use super::*;

fn read(text: &str) -> Listen {
    parse(text.as_bytes(), b"/usr", None)
}

fn tcp(address: ListenAddress, port: u16) -> Listen {
    Listen::Tcp { address, port }
}

#[test]
fn addresses_of_every_form() {
    assert_eq!(read("9000"), tcp(ListenAddress::Any { dual: true }, 9000));
    assert_eq!(read("[::]:9000"), tcp(ListenAddress::Any { dual: true }, 9000));
    assert_eq!(read("0.0.0.0:9000"), tcp(ListenAddress::Any { dual: false }, 9000));
    assert_eq!(read("127.0.0.1:9000"), tcp(ListenAddress::Ip([127, 0, 0, 1].into()), 9000));
    let loopback = "::1".parse().unwrap();
    assert_eq!(read("::1:9000"), tcp(ListenAddress::Ip(loopback), 9000));
    assert_eq!(read("[::1]:9000"), tcp(ListenAddress::Ip(loopback), 9000));
    assert_eq!(read("localhost:9000"), tcp(ListenAddress::Name(b"localhost"[..].into()), 9000));
    assert_eq!(read("*:9000"), tcp(ListenAddress::Name(b"*"[..].into()), 9000));
}

#[test]
fn paths_go_under_the_prefix() {
    assert_eq!(read("/run/php.sock"), Listen::Unix(HostPath::new("/run/php.sock")));
    assert_eq!(read("php.sock"), Listen::Unix(HostPath::new("/usr/php.sock")));
    assert_eq!(read("127.0.0.1"), Listen::Unix(HostPath::new("/usr/127.0.0.1")));
    assert_eq!(parse_unknown_prefix(b"php.sock", None), Listen::Unknown);
    assert_eq!(parse_unknown_prefix(b"/p", None), Listen::Unix(HostPath::new("/p")));
}

#[test]
fn what_cannot_be_listened_on() {
    let port = |text: &str| Listen::Invalid(Fault::Port(text.as_bytes().into()));
    assert_eq!(read(""), Listen::Invalid(Fault::Missing));
    assert_eq!(read("unix:/run/php.sock"), port("/run/php.sock"));
    assert_eq!(read("127.0.0.1:99999"), port("99999"));
    assert_eq!(read("0"), port("0"));
    assert_eq!(read("127.0.0.1:"), port(""));
    assert_eq!(read("127.0.0.1:9000x"), Listen::Invalid(Fault::PortSuffix(b"9000x"[..].into())));
    assert_eq!(read("[::1]"), Listen::Invalid(Fault::PortSuffix(b"1]"[..].into())));
    assert_eq!(read("a:b:9000"), Listen::Invalid(Fault::Host(b"a:b"[..].into())));
    assert_eq!(read(":9000"), Listen::Invalid(Fault::Host(b""[..].into())));
}

#[test]
fn long_paths_are_cut_until_83() {
    let path = format!("/{}", "a".repeat(150));
    let cut = HostPath::new(&path[..SOCKET_PATH_MAX]);
    let version = |minor| Some(Version::new(8, minor, 0));
    assert_eq!(parse(path.as_bytes(), b"/usr", version(2)), Listen::Unix(cut));
    assert_eq!(parse(path.as_bytes(), b"/usr", version(3)), Listen::Invalid(Fault::TooLong(151)));
}
