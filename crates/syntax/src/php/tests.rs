//! Sources that run the call, and sources that only look like it.

use super::lexer::MAX_STRING_NESTING;
use super::*;

/// The text from the call to the end of its line, and the facts.
fn find(source: &str) -> (Option<&str>, Facts) {
    let facts = scan(source.as_bytes(), b"phpinfo", Options { short_open_tag: false });
    let text = facts.call.clone().and_then(|span| source[span.start..].lines().next());
    (text, facts)
}

/// Each of these, as code, is a call that always runs.
fn assert_called(codes: &[&str]) {
    for code in codes {
        let (text, facts) = find(code);
        assert!(text.is_some(), "no call found: {code}");
        assert!(!facts.conditional && !facts.after_exit, "{facts:?}: {code}");
        let name = &code[facts.call.unwrap_or_default()];
        assert!(name.eq_ignore_ascii_case("phpinfo"), "{name}: {code}");
    }
}

fn assert_not_called(codes: &[&str]) {
    for code in codes {
        assert_eq!(find(code).0, None, "{code}");
    }
}

fn assert_conditional(codes: &[&str]) {
    for code in codes {
        let (text, facts) = find(code);
        assert!(text.is_some(), "no call found: {code}");
        assert!(facts.conditional, "always: {code}");
    }
}

#[test]
fn a_call_runs_wherever_an_expression_stands() {
    assert_called(&[
        "<?php phpinfo();",
        "<?php phpinfo() ?>",
        "<?=phpinfo()?>",
        "<?php @phpinfo();",
        "<?php echo phpinfo();",
        "<?php print(phpinfo());",
        "<?php PHPInfo(INFO_ALL);",
        "<?php $x = [1, 'a' => phpinfo()];",
        "<?php f(phpinfo());",
        "<?php exit(phpinfo());",
        "<?php return phpinfo();",
        "<?php ob_start(); phpinfo(); $text = ob_get_clean();",
    ]);
}

#[test]
fn the_span_is_the_name_alone() {
    assert_eq!(top_level_call(b"<?php \\phpinfo();", b"phpinfo"), Some(7..14));
    assert_eq!(top_level_call(b"\xff\0<?php\r\nPhpInfo ( );", b"phpinfo"), Some(9..16));
}

#[test]
fn white_space_and_comments_may_stand_before_the_parenthesis() {
    assert_called(&["<?php phpinfo\t\r\n ();", "<?php phpinfo /* ( */ # x\n // y\n ();"]);
    assert_not_called(&["<?php phpinfo;", "<?php phpinfo // ();", "<?php phpinfo[0]();", "<?php phpinfo"]);
}

#[test]
fn code_begins_at_an_opening_tag() {
    assert_called(&[
        "<h1>x</h1><?PHP\nphpinfo();",
        "a < b <? c <?php\tphpinfo();",
        "<?php ?>x<?= phpinfo();",
    ]);
    assert_not_called(&["phpinfo();", "<?phpinfo();", "<?phpx phpinfo();", "<?php ?> phpinfo();", "<?php"]);
}

#[test]
fn a_short_tag_opens_code_only_where_it_is_on() {
    for (source, short, found) in [
        ("<? phpinfo() ?>", true, true),
        ("<?phpinfo()?>", true, true),
        ("<? phpinfo() ?>", false, false),
        ("<?xml version=\"1.0\"?> phpinfo();", true, false),
    ] {
        let facts = scan(source.as_bytes(), b"phpinfo", Options { short_open_tag: short });
        assert_eq!(facts.call.is_some(), found, "{source}");
    }
}

#[test]
fn a_closing_tag_ends_one_line_comments_only() {
    assert_called(&[
        "<?php // ?><?php phpinfo();",
        "<?php # a ? b ?><?= phpinfo();",
        "<?php //\rphpinfo();",
        "<?php /* ?> <?php */ phpinfo();",
    ]);
    assert_not_called(&[
        "<?php // phpinfo();",
        "<?php # phpinfo();",
        "<?php /* phpinfo(); */",
        "<?php /* phpinfo();",
        "<?php /* ?><?php phpinfo(); */",
    ]);
}

#[test]
fn attributes_are_not_comments_and_do_not_run() {
    assert_called(&["<?php #[A] function f() {} phpinfo();", "<?php #[A([1], x: 2)]\nphpinfo();"]);
    assert_not_called(&["<?php #[A(phpinfo())] function f() {}", "<?php #[phpinfo()] class A {}"]);
}

#[test]
fn text_in_quotes_is_no_code() {
    assert_called(&[
        r"<?php $a = '\\'; phpinfo();",
        r#"<?php $a = "\\"; phpinfo();"#,
        r#"<?php $a = "$b[0] {$c["x"]} ${d}"; phpinfo();"#,
        "<?php $a = `ls '`; phpinfo();",
    ]);
    assert_not_called(&[
        r"<?php $a = 'it\'s phpinfo();';",
        r#"<?php $a = "\"phpinfo();";"#,
        "<?php `phpinfo();`;",
        r#"<?php $a = "$b[phpinfo] phpinfo()";"#,
        r#"<?php $a = "\{$b} phpinfo()";"#,
        "<?php $a = ['phpinfo' => 1, \"phpinfo\" => 2]; 'phpinfo' ();",
        "<?php \"phpinfo();",
    ]);
}

#[test]
fn code_in_a_string_runs() {
    assert_called(&[
        r#"<?php echo "a {$f(phpinfo())}";"#,
        r#"<?php echo "a ${phpinfo()}";"#,
        "<?php echo <<<A\n{$f[\"{$g[phpinfo()]}\"]}\nA;",
    ]);
    assert_not_called(&[r#"<?php echo "{$a["phpinfo()"]}";"#, r#"<?php echo "{$a['x}']} phpinfo()";"#]);
}

#[test]
fn heredocs_and_nowdocs_end_at_their_label() {
    assert_called(&[
        "<?php $a = <<<A\nx\nA; phpinfo();",
        "<?php $a = <<<A\nA; phpinfo();",
        "<?php $a = [<<< \"A\"\r\nx\r\n\t A, phpinfo()];",
        "<?php $a = <<<'A'\n{$x} \\\nA; phpinfo();",
        "<?php $a = 1 << 2; phpinfo();",
    ]);
    assert_not_called(&[
        "<?php $a = <<<A\nphpinfo();\nA;",
        "<?php $a = <<<A\nAB; phpinfo();\nA_; phpinfo();\nA;",
        "<?php $a = <<<A\nx A; phpinfo();\nA;",
        "<?php $a = <<<'A'\n{$x[phpinfo()]}\nA;",
        "<?php $a = <<<A\n phpinfo();",
    ]);
}

#[test]
fn nothing_after_halt_compiler_is_read() {
    assert_called(&["<?php phpinfo(); __halt_compiler(); class A {}"]);
    assert_not_called(&["<?php __HALT_COMPILER(); phpinfo();"]);
    assert!(!find("<?php phpinfo(); __halt_compiler(); class A {}").1.declares);
}

#[test]
fn names_are_resolved_as_php_resolves_them() {
    assert_called(&[
        "<?php \\phpinfo();",
        "<?php namespace Foo; phpinfo();",
        "<?php namespace Foo; \\PHPINFO();",
        "<?php namespace\\phpinfo();",
        "<?php namespace { namespace\\phpinfo(); }",
    ]);
    assert_not_called(&[
        "<?php Foo\\phpinfo();",
        "<?php \\Foo\\phpinfo();",
        "<?php phpinfo\\x();",
        "<?php namespace Foo; namespace\\phpinfo();",
        "<?php phpinfos(); my_phpinfo(); phpinfo\u{e9}();",
    ]);
}

#[test]
fn imported_functions_take_the_bare_name() {
    assert_called(&[
        "<?php use function phpinfo; phpinfo();",
        "<?php use function A\\phpinfo as info, A\\x; phpinfo();",
        "<?php use A\\phpinfo; phpinfo();",
        "<?php use function A\\phpinfo; \\phpinfo();",
        "<?php namespace A; use function B\\phpinfo; namespace C; phpinfo();",
    ]);
    assert_not_called(&[
        "<?php use function x as phpinfo;",
        "<?php use function A\\phpinfo; phpinfo();",
        "<?php use function x as phpinfo; phpinfo();",
        "<?php use function A\\{b, phpinfo}; phpinfo();",
        "<?php use A\\{B, function phpinfo}; phpinfo();",
    ]);
}

#[test]
fn members_classes_and_declarations_of_that_name_are_no_calls() {
    assert_not_called(&[
        "<?php $a->phpinfo();",
        "<?php $a?->phpinfo();",
        "<?php A::phpinfo();",
        "<?php $a -> /* x */ phpinfo();",
        "<?php new phpinfo();",
        "<?php new \\phpinfo();",
        "<?php function phpinfo() {}",
        "<?php function &phpinfo() {}",
        "<?php function & /* x */ phpinfo ($a = [1]) {}",
        "<?php $phpinfo();",
        "<?php phpinfo::f();",
    ]);
}

#[test]
fn first_class_callable_syntax_is_no_call() {
    assert_not_called(&["<?php $f = phpinfo(...);", "<?php $f = phpinfo ( /* x */ ... ) ;"]);
    assert_called(&["<?php phpinfo(...$flags);", "<?php phpinfo(...[]);"]);
}

#[test]
fn bodies_are_not_the_top_level() {
    assert_not_called(&[
        "<?php function f($a = [], ?int $b = null): ?int { if (1) { phpinfo(); } }",
        "<?php $f = function () use ($x): int { phpinfo(); };",
        "<?php $f = static function &() { phpinfo(); };",
        "<?php class A extends B implements C { function phpinfo() { phpinfo(); } }",
        "<?php abstract class A { abstract function f(); function g() { phpinfo(); } }",
        "<?php interface A { const B = 1; } trait T { function f() { ?> x <?php phpinfo(); } }",
        "<?php enum A: string { case B = 'x'; function f() { phpinfo(); } }",
        "<?php $a = new class(1) extends B { function f() { phpinfo(); } };",
    ]);
    assert_called(&[
        "<?php function f() { return \"{$x}\"; } phpinfo();",
        "<?php $f = function () { return '}'; }; phpinfo();",
        "<?php f(function () { phpinfo(); }, phpinfo());",
        "<?php class A { } phpinfo();",
        "<?php $a = new class { }; phpinfo();",
        "<?php echo A::class, phpinfo();",
        "<?php enum(1); phpinfo();",
    ]);
}

#[test]
fn an_arrow_function_ends_with_its_expression() {
    assert_not_called(&[
        "<?php $f = fn() => phpinfo();",
        "<?php $f = static fn(?int $a = 1): ?int => $a ? 1 : phpinfo();",
        "<?php $f = fn() => fn(): int => phpinfo();",
        "<?php $f = fn() => function (): int { phpinfo(); };",
        "<?php $f = fn() => [1, phpinfo()];",
    ]);
    assert_called(&[
        "<?php $f = fn() => 1; phpinfo();",
        "<?php f(fn() => [1, 2], phpinfo());",
        "<?php (fn() => 1) . phpinfo();",
        "<?php $f = fn() => 1 ?><?php phpinfo();",
    ]);
    assert_conditional(&["<?php $f = $x ? fn(): ?int => $y ? 1 : 2 : phpinfo();"]);
}

#[test]
fn declarations_are_noticed_anywhere() {
    for code in [
        "<?php phpinfo(); function f() {}",
        "<?php if ($x) { function &f() {} }",
        "<?php $f = function () { class A {} };",
        "<?php final class A {}",
        "<?php interface A {}",
        "<?php trait A {}",
        "<?php enum A {}",
    ] {
        assert!(find(code).1.declares, "{code}");
    }
    for code in [
        "<?php $f = function () {}; $g = fn() => 1; $h = new class extends A {};",
        "<?php use function a\\b; echo A::class; $a->function; $b::enum; // class A",
        "class A {} <?php echo 'function f() {}';",
    ] {
        assert!(!find(code).1.declares, "{code}");
    }
}

#[test]
fn branches_and_loops_are_conditional() {
    assert_conditional(&[
        "<?php if ($a) { phpinfo(); }",
        "<?php if ($a) phpinfo();",
        "<?php if ($a) ; else phpinfo();",
        "<?php if ($a) { } elseif ($b) { } else { phpinfo(); }",
        "<?php if ($a) if ($b) f(); else g(); else phpinfo();",
        "<?php if ($a): ?> x <?php phpinfo(); endif;",
        "<?php if ($a): if ($b): endif; else: phpinfo(); endif;",
        "<?php if ($a) while ($b): f(); phpinfo(); endwhile;",
        "<?php while ($a) { f(); phpinfo(); }",
        "<?php foreach ($a as $b): f(); phpinfo(); endforeach;",
        "<?php for (;;) phpinfo();",
        "<?php switch ($a) { case 1: f(); phpinfo(); }",
        "<?php try { } catch (E $e) { phpinfo(); }",
        "<?php if ($a) { $f = function () { }; phpinfo(); }",
    ]);
    assert_called(&[
        "<?php if (phpinfo()) { }",
        "<?php if ($a) { f(); } phpinfo();",
        "<?php if ($a) f(); phpinfo();",
        "<?php if ($a) $f = function () { }; phpinfo();",
        "<?php if ($a): f(); else: g(); endif; phpinfo();",
        "<?php if ($a): if ($b): endif; endif; phpinfo();",
        "<?php if ($a) ?> x <?php phpinfo();",
        "<?php foreach ($a as $b) { if ($b) continue; } phpinfo();",
        "<?php do { phpinfo(); } while (0);",
        "<?php do { } while ($a); phpinfo();",
        "<?php try { phpinfo(); } catch (E $e) { }",
        "<?php declare(strict_types=1); { { phpinfo(); } }",
        "<?php $a->if (1); phpinfo();",
    ]);
}

#[test]
fn the_far_side_of_an_operator_is_conditional() {
    assert_conditional(&[
        "<?php $a ? phpinfo() : 1;",
        "<?php $a ?: phpinfo();",
        "<?php $a && phpinfo();",
        "<?php $a || f(phpinfo());",
        "<?php $a or phpinfo();",
        "<?php $a AND phpinfo();",
        "<?php $a ??= phpinfo();",
        "<?php $a?->b(phpinfo());",
        "<?php echo match ($a) { 1 => phpinfo() };",
    ]);
    assert_called(&[
        "<?php phpinfo() && $a;",
        "<?php $a && $b; phpinfo();",
        "<?php f($a && $b) . phpinfo();",
        "<?php echo $a ? 1 : 2, phpinfo();",
        "<?php $x = match ($a) { 1 => 2 }; phpinfo();",
        "<?php $a <=> phpinfo();",
    ]);
}

#[test]
fn exits_before_the_call_are_told_apart() {
    for code in [
        "<?php die; phpinfo();",
        "<?php exit(1) ?><?php phpinfo();",
        "<?php return; phpinfo();",
        "<?php { exit; } if ($a) { phpinfo(); }",
    ] {
        let (text, facts) = find(code);
        assert!(text.is_some() && facts.after_exit && facts.conditional, "{code}");
    }
    for code in [
        "<?php if ($a) { die; } phpinfo();",
        "<?php $a or exit; phpinfo();",
        "<?php try { throw new E; } catch (E) { } phpinfo();",
    ] {
        let (text, facts) = find(code);
        assert!(text.is_some() && !facts.after_exit && facts.conditional, "{code}");
    }
    assert_called(&["<?php function f() { return 1; } phpinfo();", "<?php $f = fn() => exit(); phpinfo();"]);
}

#[test]
fn a_call_that_always_runs_goes_before_one_that_may() {
    let (text, facts) = find("<?php if ($a) { phpinfo(1); }\nphpinfo(2);\nphpinfo(3);");
    assert_eq!((text, facts.conditional), (Some("phpinfo(2);"), false));
    let (text, facts) = find("<?php if ($a) { phpinfo(1);\n } else { phpinfo(2);\n }");
    assert_eq!((text, facts.conditional), (Some("phpinfo(1);"), true));
}

#[test]
fn endless_nesting_ends() {
    for piece in [
        "(", "{", "}", ")", "\"{$a[", "<<<A\n{$", "if (", "if ($a):", "fn() => ", "class {", "#[", "? ",
        "use ", "endif;", "<<<A",
    ] {
        let source = format!("<?php {}", piece.repeat(200_000));
        assert_eq!(find(&source).0, None, "{piece}");
    }
}

#[test]
fn strings_nested_too_deep_end_the_scan_and_keep_what_was_found() {
    let deep = "\"{$a[".repeat(MAX_STRING_NESTING + 1);
    assert_eq!(
        find(&format!("<?php phpinfo(1); {deep} phpinfo()")).0.map(|text| &text[..10]),
        Some("phpinfo(1)")
    );
    assert_eq!(find(&format!("<?php {deep} phpinfo()]}}\"")).0, None);
}
