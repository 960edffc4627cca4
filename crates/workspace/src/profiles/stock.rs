//! Texts of stock files: the facts of the packages' files in our own words.

pub(super) const FASTCGI_PARAMS: &[u8] = include_bytes!("stock/fastcgi_params");
pub(super) const FASTCGI_PARAMS_DEBIAN: &[u8] = include_bytes!("stock/fastcgi_params.debian");
pub(super) const FASTCGI_CONF: &[u8] = include_bytes!("stock/fastcgi.conf");
pub(super) const FASTCGI_CONF_DEBIAN: &[u8] = include_bytes!("stock/fastcgi.conf.debian");
pub(super) const FASTCGI_PHP: &[u8] = include_bytes!("stock/fastcgi-php.conf");
pub(super) const SNAKEOIL: &[u8] = include_bytes!("stock/snakeoil.conf");
pub(super) const PROXY_PARAMS: &[u8] = include_bytes!("stock/proxy_params");
pub(super) const SCGI_PARAMS: &[u8] = include_bytes!("stock/scgi_params");
pub(super) const UWSGI_PARAMS: &[u8] = include_bytes!("stock/uwsgi_params");
pub(super) const MIME_TYPES: &[u8] = include_bytes!("stock/mime.types");
pub(super) const KOI_UTF: &[u8] = b"charset_map koi8-r utf-8 {\n    A3 D191;\n    B3 D081;\n}\n";
pub(super) const KOI_WIN: &[u8] = b"charset_map koi8-r windows-1251 {\n    A3 B8;\n    B3 A8;\n}\n";
pub(super) const WIN_UTF: &[u8] = b"charset_map windows-1251 utf-8 {\n    B8 D191;\n    A8 D081;\n}\n";
pub(super) const DEBIAN_PORTS: &[u8] = include_bytes!("stock/ports.conf");
pub(super) const ROCKY_UPSTREAM: &[u8] = include_bytes!("stock/rocky-upstream.conf");
pub(super) const ROCKY_LOCATION: &[u8] = include_bytes!("stock/rocky-location.conf");
pub(super) const ROCKY_HTTPD_PHP: &[u8] = include_bytes!("stock/rocky-httpd-php.conf");
pub(super) const IMAGE_FPM: &[u8] = include_bytes!("stock/image-php-fpm.conf");
pub(super) const IMAGE_FPM_DOCKER: &[u8] = include_bytes!("stock/image-docker.conf");
pub(super) const IMAGE_FPM_WWW: &[u8] = include_bytes!("stock/image-www.conf");
pub(super) const IMAGE_FPM_ZZ_DOCKER: &[u8] = include_bytes!("stock/image-zz-docker.conf");
pub(super) const IMAGE_FPM_INI: &[u8] =
    b"; FastCGI logging is what the error log already holds.\nfastcgi.logging = Off\n";
