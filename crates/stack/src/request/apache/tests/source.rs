//! Configurations that `apachectl configtest` takes and that serve PHP files as text.

use super::{get, last_line, outcome, read, setup};

const HANDLER: &str =
    "<FilesMatch \\.php$>\nSetHandler proxy:unix:/run/php.sock|fcgi://localhost\n</FilesMatch>\n";
const SOURCE: &str = "source /var/www/html/index.php";

#[test]
fn a_handler_without_its_module() {
    for module in ["proxy", "proxy_fcgi"] {
        let others = ["proxy_fcgi", "proxy_http", "proxy_balancer", "lbmethod_byrequests"];
        let gone: Vec<&str> =
            if module == "proxy" { [&["proxy"], &others[..]].concat() } else { vec![module] };
        let stack = setup().without(&gone).read(HANDLER);
        let trace = get(&stack, "/index.php");
        assert_eq!(outcome(&trace), SOURCE, "{module}");
        assert!(last_line(&stack, &trace).starts_with("SetHandler"));
    }
}

#[test]
fn a_socket_without_a_scheme() {
    let stack = read(&HANDLER.replace("|fcgi://localhost", ""));
    assert_eq!(outcome(&get(&stack, "/index.php")), SOURCE);
    assert!(stack.backends.iter().next().is_none());
    assert!(stack.serves_php(0));
}

#[test]
fn a_url_without_the_word_proxy() {
    let stack = read("<FilesMatch \\.php$>\nSetHandler fcgi://127.0.0.1:9000\n</FilesMatch>\n");
    assert_eq!(outcome(&get(&stack, "/index.php")), SOURCE);
}

#[test]
fn the_php_module_that_is_not_loaded() {
    let forms = [
        "<FilesMatch \\.php$>\nSetHandler application/x-httpd-php\n</FilesMatch>\n",
        "AddHandler application/x-httpd-php .php\n",
        "AddType application/x-httpd-php .php .phtml\n",
        "<Files *.php>\nForceType application/x-httpd-php\n</Files>\n",
        "",
    ];
    for form in forms {
        assert_eq!(outcome(&get(&read(form), "/index.php")), SOURCE, "{form}");
        if !form.is_empty() {
            let stack = setup().without(&["mpm_event"]).loading("mpm_prefork").loading("php").read(form);
            assert_eq!(outcome(&get(&stack, "/index.php")), "other", "{form}");
        }
    }
}

#[test]
fn an_action_is_a_handler() {
    let stack = read("AddType application/x-httpd-php .php\nAction application/x-httpd-php /php-cgi\n");
    assert_eq!(outcome(&get(&stack, "/index.php")), "other");
}

#[test]
fn endings_that_nobody_handles() {
    let stack = read(HANDLER);
    assert_eq!(outcome(&get(&stack, "/index.phtml")), "source /var/www/html/index.phtml");
    assert_eq!(outcome(&get(&stack, "/style.css")), "file /var/www/html/style.css");
    assert_eq!(outcome(&get(&stack, "/x.php.jpg")), "file /var/www/html/x.php.jpg");
    let loose = read("AddHandler proxy:fcgi://127.0.0.1:9000 .php\n");
    assert_eq!(outcome(&get(&loose, "/x.php.jpg")), "php /var/www/html/x.php.jpg");
}

#[test]
fn a_handler_taken_away() {
    let none = "<Location /up>\nSetHandler none\n</Location>\n";
    let stack = read(&format!("{HANDLER}{none}"));
    let trace = get(&stack, "/up/index.php");
    assert_eq!(outcome(&trace), "source /var/www/html/up/index.php");
    assert_eq!(last_line(&stack, &trace), "SetHandler none");
    // Files come after folders, so that a folder cannot take the handler away.
    let none = "<Directory /var/www/html/up>\nSetHandler none\nRemoveHandler .php\n</Directory>\n";
    assert_eq!(
        outcome(&get(&read(&format!("{HANDLER}{none}")), "/up/index.php")),
        "php /var/www/html/up/index.php"
    );
}

#[test]
fn a_part_of_a_configuration_is_not_judged_whole() {
    let site = "<VirtualHost *:80>\nDocumentRoot /var/www/html\n</VirtualHost>\n";
    let stack = setup().fragment().read(site);
    assert!(outcome(&get(&stack, "/index.php")).starts_with("unknown"));
}
