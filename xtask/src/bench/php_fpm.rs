//! php-fpm's part of a generated stack.
//!
//! In: pool numbers. Out: the text of `php-fpm.conf`, of one pool and of `php.ini`. Invariant: `php-fpm -t` accepts it
//! on a host that has the user and the logs folder, and upload limits agree with those of the web server.

use super::shape::site_name;

/// The main file.
pub const MAIN_FILE: &str = "etc/php/8.2/fpm/php-fpm.conf";
/// Where the files of single pools lie.
pub const POOLS_FOLDER: &str = "etc/php/8.2/fpm/pool.d";
/// The `php.ini` of php-fpm.
pub const PHP_INI: &str = "etc/php/8.2/fpm/php.ini";

/// The line that reads the files of single pools.
pub const INCLUDE: &str = "include=/etc/php/8.2/fpm/pool.d/*.conf\n";

/// A `php.ini` with what a host usually changes.
pub const PHP_INI_TEXT: &str = "\
[PHP]
memory_limit = 128M
post_max_size = 64M
upload_max_filesize = 64M
max_execution_time = 30
expose_php = Off
display_errors = Off
log_errors = On
cgi.fix_pathinfo = 0
";

/// The main file with `pools` at its end.
pub fn main_file(pools: &str) -> String {
    format!(
        "\
[global]
pid = /run/php/php8.2-fpm.pid
error_log = /var/log/php8.2-fpm.log
emergency_restart_threshold = 10
emergency_restart_interval = 1m
process_control_timeout = 10s

{pools}"
    )
}

/// One pool: 14 lines.
pub fn pool(number: usize) -> String {
    let site = site_name(number);
    format!(
        "\
[{site}]
user = www-data
group = www-data
listen = /run/php/{site}.sock
listen.owner = www-data
listen.group = www-data
listen.mode = 0660
pm = ondemand
pm.max_children = 5
pm.process_idle_timeout = 10s
pm.max_requests = 500
request_terminate_timeout = 60s
php_admin_value[error_log] = /var/log/php/{site}.error.log
php_admin_flag[log_errors] = on

"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_has_the_lines_of_a_usual_pool() {
        let text = pool(19_999);
        assert_eq!(text.trim_end().lines().count(), 14);
        assert!(text.starts_with("[site19999]\n"));
    }
}
