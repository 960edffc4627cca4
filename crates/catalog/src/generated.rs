//! The tables and texts that `cargo xtask generate` makes from `data/`.

pub(crate) mod apache;
pub(crate) mod apache_thirdparty;
pub(crate) mod docs;
pub(crate) mod nginx;
pub(crate) mod nginx_variables;
pub(crate) mod php_fpm;
pub(crate) mod php_ini;
