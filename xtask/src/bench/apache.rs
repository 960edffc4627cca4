//! Apache's part of a generated stack.
//!
//! In: site numbers. Out: the text of `apache2.conf` and of one virtual host. Invariant: `apache2 -t` accepts it
//! without a warning on a host that has the logs folder, the document roots, the modules and the user.

use super::shape::{owner_name, site_name};

/// The line that reads the files of single sites. Relative to the server root that is compiled in.
pub const INCLUDE: &str = "IncludeOptional sites-enabled/*.conf\n";

/// Where the module files lie.
pub const MODULES_FOLDER: &str = "usr/lib/apache2/modules";

/// The modules that are loaded: those that Debian enables, and what PHP sites add.
pub const MODULES: &[&str] = &[
    "mpm_event",
    "authn_core",
    "authn_file",
    "authz_core",
    "authz_host",
    "authz_user",
    "auth_basic",
    "access_compat",
    "alias",
    "autoindex",
    "deflate",
    "dir",
    "env",
    "expires",
    "filter",
    "headers",
    "mime",
    "negotiation",
    "proxy",
    "proxy_fcgi",
    "reqtimeout",
    "rewrite",
    "setenvif",
    "status",
];

/// The file of a module.
pub fn module_file(module: &str) -> String {
    format!("{MODULES_FOLDER}/mod_{module}.so")
}

/// The main file with `hosts` at its end.
pub fn main_file(hosts: &str) -> String {
    let mut text = String::from(
        "\
DefaultRuntimeDir /run/apache2
PidFile /run/apache2/apache2.pid
ServerName localhost
Listen 80
Timeout 60
KeepAlive On
KeepAliveTimeout 5
User www-data
Group www-data
HostnameLookups Off
ServerTokens Prod
ErrorLog /var/log/apache2/error.log
LogLevel warn

",
    );
    for module in MODULES {
        text.push_str(&format!("LoadModule {module}_module /{}\n", module_file(module)));
    }
    text.push_str(
        "
LogFormat \"%h %l %u %t \\\"%r\\\" %>s %O \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\"\" combined

<Directory />
    Options FollowSymLinks
    AllowOverride None
    Require all denied
</Directory>

<FilesMatch \"^\\.ht\">
    Require all denied
</FilesMatch>

",
    );
    text.push_str(hosts);
    text
}

/// One virtual host: 38 lines that make the same site as the server of nginx.
pub fn virtual_host(number: usize) -> String {
    let site = site_name(number);
    let owner = owner_name(number);
    format!(
        r#"<VirtualHost *:80>
    ServerName {site}.example
    ServerAlias www.{site}.example
    DocumentRoot /var/www/{site}/public
    DirectoryIndex index.php index.html
    AddDefaultCharset utf-8

    ErrorLog /var/log/apache2/{owner}.error.log
    CustomLog /var/log/apache2/{owner}.access.log combined
    LimitRequestBody 67108864

    Header always set X-Frame-Options "SAMEORIGIN"
    Header always set X-Content-Type-Options "nosniff"
    Header always set Referrer-Policy "strict-origin-when-cross-origin"

    <Directory /var/www/{site}/public>
        Options FollowSymLinks
        AllowOverride None
        Require all granted
        RewriteEngine On
        RewriteCond %{{REQUEST_FILENAME}} !-f
        RewriteCond %{{REQUEST_FILENAME}} !-d
        RewriteRule ^ /index.php [L]
    </Directory>

    <FilesMatch "\.php$">
        SetHandler "proxy:unix:/run/php/{site}.sock|fcgi://localhost"
    </FilesMatch>
    ProxyTimeout 60

    # Static files are cached by browsers.
    <FilesMatch "\.(css|js|png|jpe?g|gif|svg|ico|woff2?)$">
        ExpiresActive On
        ExpiresDefault "access plus 30 days"
    </FilesMatch>

    RedirectMatch 404 "/\."
</VirtualHost>

"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_virtual_host_has_the_lines_of_a_usual_site() {
        let text = virtual_host(12);
        assert_eq!(text.trim_end().lines().count(), 38);
        assert!(text.contains("unix:/run/php/site00012.sock|"));
    }

    #[test]
    fn every_module_is_loaded_from_its_file() {
        let text = main_file(INCLUDE);
        assert_eq!(text.matches("LoadModule ").count(), MODULES.len());
        assert!(text.contains("LoadModule proxy_fcgi_module /usr/lib/apache2/modules/mod_proxy_fcgi.so\n"));
        assert!(text.ends_with(INCLUDE));
    }
}
