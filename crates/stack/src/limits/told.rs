//! What a web server tells php-fpm beside the script, as far as limits rest on it.

use fpmlint_daemons::Place;

use super::Limit;

/// A FastCGI parameter.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub enum Sent {
    /// It is not sent.
    #[default]
    No,
    /// This value, and the line that sends it; none where the server does by itself.
    Known(Vec<u8>, Option<Place>),
    /// It is sent with a value that is not known here.
    Unknown(Option<Place>),
}

/// What php-fpm is told that decides PHP's settings, and the web server's own limits.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Told {
    /// `DOCUMENT_ROOT`: `.user.ini` files are looked for from here down.
    pub document_root: Sent,
    /// `SERVER_NAME`, which `[HOST=…]` sections of php.ini are about.
    pub server_name: Sent,
    /// `PHP_VALUE`.
    pub php_value: Sent,
    /// `PHP_ADMIN_VALUE`.
    pub php_admin_value: Sent,
    /// The limits of the web server.
    pub web: Vec<Limit>,
}
