//! Whatever is edited, created, deleted or renamed, in whatever order: what stays loaded says what a fresh run says.

mod edits;
mod scenes;
mod stack;

use std::path::PathBuf;
use std::sync::Arc;

use fpmlint_engine::{Changes, Options, Outcome, Session};
use fpmlint_workspace::{Overlay, System};
use proptest::prelude::*;

use edits::{Edit, edit};
use stack::Stack;

/// What is compared: file, bytes, rule, words, severity, confidence and daemon of each finding, and the facts that were
/// missing.
fn shown(outcome: &Outcome) -> Vec<String> {
    let findings = outcome.diagnostics.iter().map(|it| {
        let path = outcome.files.get(it.file).path.clone();
        let related = it.related.iter().map(|label| {
            format!("{}:{:?} {}", outcome.files.get(label.file).path.display(), label.span, label.message)
        });
        let related: Vec<String> = related.collect();
        let fix = it.fix.as_ref().map(|fix| &fix.title);
        format!(
            "{}:{:?} {} {} {:?} {:?} {:?} first: {} {:?} x{} {related:?} {fix:?}",
            path.display(),
            it.span,
            it.severity,
            it.rule.name,
            it.confidence,
            it.message,
            it.help,
            it.first,
            it.daemon.as_ref().map(|it| (
                &it.message,
                it.line,
                it.file.map(|file| outcome.files.get(file).path.clone())
            )),
            it.count
        )
    });
    let unknowns = outcome.unknowns.iter().map(|it| format!("{it:?}"));
    findings.chain(unknowns).chain(outcome.errors.iter().map(|it| format!("{it:?}"))).collect()
}

fn options(system: &Arc<Overlay>, stack: &Stack) -> Options {
    let mut options = Options::new(Arc::clone(system) as Arc<dyn System>, PathBuf::from("/repo"));
    options.sysroot = stack.is_machine.then(|| PathBuf::from("/repo"));
    options
}

/// Applies edits in bundles, as an editor does that is faster than the machine, and compares after each bundle.
fn compare(stack: &Stack, bundles: &[Vec<Edit>]) {
    let system = Arc::new(Overlay::new(Arc::new(stack.folders())));
    let mut texts = stack.texts();
    for (path, text) in &texts {
        system.set(path, text.as_bytes());
    }
    let mut session = Session::open(options(&system, stack)).expect("there are no settings");
    let mut history = Vec::new();
    for bundle in bundles {
        let mut changes = Changes::default();
        for edit in bundle {
            history.push(edit.apply(&mut texts, &system, &mut changes));
        }
        session.apply(&changes);
        let fresh = Session::open(options(&system, stack)).expect("there are no settings");
        assert_eq!(shown(session.outcome()), shown(fresh.outcome()), "after {history:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_machine_that_is_edited(bundles in bundles()) {
        compare(&Stack::machine(), &bundles);
    }

    #[test]
    fn pools_that_are_edited(bundles in bundles()) {
        compare(&Stack::pools(), &bundles);
    }

    #[test]
    fn sites_that_are_edited(bundles in bundles()) {
        compare(&Stack::sites(), &bundles);
    }

    #[test]
    fn a_project_that_is_edited(bundles in bundles()) {
        compare(&Stack::project(), &bundles);
    }
}

fn bundles() -> impl Strategy<Value = Vec<Vec<Edit>>> {
    proptest::collection::vec(proptest::collection::vec(edit(), 1..4), 1..8)
}

#[test]
fn a_renamed_socket_and_back() {
    let stack = Stack::machine();
    let system = Arc::new(Overlay::new(Arc::new(stack.folders())));
    let texts = stack.texts();
    for (path, text) in &texts {
        system.set(path, text.as_bytes());
    }
    let mut session = Session::open(options(&system, &stack)).unwrap();
    let clean = shown(session.outcome());
    let pool = PathBuf::from("/repo/etc/php/8.2/fpm/pool.d/a.conf");
    let changes = Changes { texts: vec![pool.clone()], structure: Vec::new() };
    system.set(&pool, texts[&pool].replace("/run/php/a.sock", "/run/php/other.sock").as_bytes());
    session.apply(&changes);
    let broken = session.outcome().diagnostics.iter().any(|it| it.rule.name == "backend-without-pool");
    assert!(broken, "{:#?}", shown(session.outcome()));
    system.set(&pool, texts[&pool].as_bytes());
    session.apply(&changes);
    assert_eq!(shown(session.outcome()), clean);
}

/// An address without a port stands or falls with what another file says of it.
#[test]
fn a_port_that_another_file_needs() {
    let stack = Stack::machine();
    let system = Arc::new(Overlay::new(Arc::new(stack.folders())));
    let mut texts = stack.texts();
    for (path, text) in &texts {
        system.set(path, text.as_bytes());
    }
    let first = PathBuf::from("/repo/etc/nginx/conf.d/a.conf");
    let second = PathBuf::from("/repo/etc/nginx/conf.d/b.conf");
    let put = |texts: &mut stack::Texts, path: &PathBuf, from: &str, to: &str| {
        let text = texts[path].replace(from, to);
        assert_ne!(text, texts[path]);
        system.set(path, text.as_bytes());
        texts.insert(path.clone(), text);
    };
    put(&mut texts, &first, "fastcgi_pass unix:/run/php/a.sock;", "fastcgi_pass 127.0.0.1:9000;");
    put(&mut texts, &second, "fastcgi_pass php;", "grpc_pass 127.0.0.1;");
    let mut session = Session::open(options(&system, &stack)).unwrap();
    let refused = |session: &Session| {
        session.outcome().diagnostics.iter().any(|it| it.message.contains("no port in upstream"))
    };
    assert!(!refused(&session));
    put(&mut texts, &first, "127.0.0.1:9000", "unix:/run/php/a.sock");
    session.apply(&Changes { texts: vec![first], structure: Vec::new() });
    assert!(refused(&session), "{:#?}", shown(session.outcome()));
    let fresh = Session::open(options(&system, &stack)).unwrap();
    assert_eq!(shown(session.outcome()), shown(fresh.outcome()));
}
