//! Many random sites that one start of the daemons serves.
//!
//! In: a seed. Out: the files of all, the requests for each, and the files that one site alone needs.

use crate::oracle::case::Case;
use crate::oracle::random::Random;

use super::ask::{Question, question};
use super::{Server, apache, files, nginx, pools};

/// The sites of a batch.
pub struct Batch {
    /// Every file. `{P}` stands for the web server's port, `{Q0}` and so on for those of php-fpm.
    pub case: Case,
    number: usize,
    sites: usize,
}

impl Batch {
    /// The batch of this number.
    pub fn new(server: Server, seed: u64, number: usize, sites: usize) -> Batch {
        let stream = (number as u64) << 20 | (server as u64) << 40;
        let mut random = Random::new(seed, stream);
        let (pool_text, pools) = pools::pools(&mut random, 6);
        let main = match server {
            Server::Nginx => ("nginx.conf", nginx::main_file(&mut random, &pools)),
            Server::Apache => ("httpd.conf", apache::main_file(&mut random, &pools)),
        };
        let mut case = Case::new(&[
            (main.0, &main.1),
            ("php-fpm.conf", &pool_text),
            ("run/users", "user:{PLAIN}password\n"),
            ("s0/always.txt", "@@s0/always.txt@@\n"),
        ]);
        for site in 1..=sites {
            let mut random = Random::new(seed, stream + site as u64);
            let planted = files::plant(&mut random, site);
            case.files.extend(planted.files);
            case.modes.extend(planted.modes);
            let text = match server {
                Server::Nginx => nginx::site(&mut random, site, &pools),
                Server::Apache => {
                    let (text, htaccess) = apache::site(&mut random, site, &pools);
                    for (name, text) in htaccess {
                        case.files.insert(format!("s{site}/{name}"), text.into_bytes());
                    }
                    text
                }
            };
            case.files.insert(config_name(site), text.into_bytes());
        }
        Batch { case, number, sites }
    }

    /// The requests, with the numbers of the sites that they are for, of which some may not be `served`.
    pub fn questions(&self, served: &Case, seed: u64, count: usize) -> Vec<(usize, Question)> {
        let mut questions = Vec::new();
        for site in (1..=self.sites).filter(|site| served.files.contains_key(&config_name(*site))) {
            let mut random = Random::new(!seed, (self.number as u64) << 20 | site as u64);
            let below = format!("s{site}/");
            let files: Vec<String> = self
                .case
                .files
                .keys()
                .filter_map(|name| name.strip_prefix(&below))
                .map(str::to_owned)
                .collect();
            let host = format!("s{site}.test");
            questions.extend((0..count).map(|_| (site, question(&mut random, &host, &files))));
        }
        questions
    }

    /// What is left where only one site is there, beside the one that is everybody's.
    pub fn only(&self, site: usize) -> Case {
        let (config, below) = (config_name(site), format!("s{site}/"));
        // The first site answers for names that nobody has.
        let (first, first_below) = (config_name(1), "s1/");
        let mut case = self.case.clone();
        let is_kept = |name: &str| {
            let of_site = name.starts_with("sites/") || name.starts_with('s') && name.contains('/');
            !of_site
                || name.starts_with("s0/")
                || [&config, &first].contains(&&name.to_owned())
                || name.starts_with(&below)
                || name.starts_with(first_below)
        };
        case.files.retain(|name, _| is_kept(name));
        case.modes.retain(|name, _| is_kept(name));
        case
    }
}

/// The file of a site's server, by a name that sorts as the numbers do.
fn config_name(site: usize) -> String {
    format!("sites/{site:03}.conf")
}
