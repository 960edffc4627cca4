//! What kinds of stacks are measured.
//!
//! In: nothing. Out: a web server, a layout and a number of sites. Invariant: a shape alone decides every byte of a
//! generated stack.

use crate::packages::{self, Package};

/// The web server in front of php-fpm.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Web {
    /// nginx.
    Nginx,
    /// Apache httpd.
    Apache,
}

impl Web {
    /// Both.
    pub const ALL: [Web; 2] = [Web::Nginx, Web::Apache];

    /// The word that `--as` takes, and the name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Web::Nginx => "nginx",
            Web::Apache => "apache",
        }
    }

    /// The package that brings the daemon.
    pub fn package(self) -> &'static Package {
        match self {
            Web::Nginx => &packages::NGINX,
            Web::Apache => &packages::APACHE,
        }
    }

    /// The daemon's main file, on a host of Debian's.
    pub fn main_file(self) -> &'static str {
        match self {
            Web::Nginx => "etc/nginx/nginx.conf",
            Web::Apache => "etc/apache2/apache2.conf",
        }
    }

    /// Where the files of single sites lie.
    pub fn sites_folder(self) -> &'static str {
        match self {
            Web::Nginx => "etc/nginx/sites-enabled",
            Web::Apache => "etc/apache2/sites-enabled",
        }
    }
}

/// How sites and pools are spread over files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// All of them in the main file.
    One,
    /// A file for each.
    Many,
}

impl Layout {
    /// Both.
    pub const ALL: [Layout; 2] = [Layout::One, Layout::Many];

    /// The name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Layout::One => "one file",
            Layout::Many => "many files",
        }
    }
}

/// A stack to generate: a web server with a php-fpm pool for each of its sites.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Shape {
    /// The web server.
    pub web: Web,
    /// One file or many.
    pub layout: Layout,
    /// How many sites, and as many pools.
    pub sites: usize,
}

/// The name of a site, of its folder and of its pool. All names have one length, so that sizes grow with the count.
pub fn site_name(number: usize) -> String {
    format!("site{number:05}")
}

/// Who owns a site. Ten sites share an owner's logs: a log for each of 20,000 sites would be more files than nginx can
/// open on many machines.
pub fn owner_name(number: usize) -> String {
    format!("owner{:04}", number / 10)
}
