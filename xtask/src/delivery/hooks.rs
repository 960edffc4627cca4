//! The pre-commit hooks, run by the real pre-commit in small repositories.
//!
//! The hook `fpmlint-system` goes all the way; the others differ from it only in how the program is installed, which takes
//! minutes and is left to people (`docs/ci.md`).

use std::path::PathBuf;

use super::run::{Ended, Run};
use super::{Bench, folder};

const POOL: &str = "\
[www]
user = apache
listen = 127.0.0.1:9000
listen.mode = 0660
pm = static
pm.max_children = 5
";
const SITE: &str = "\
server {
    listen 80;
    server_name example.org;
    root /var/www/html;
    location ~ \\.php$ {
        include fastcgi.conf;
        fastcgi_pass 127.0.0.1:9000;
    }
}
";
const MAIN: &str = "\
user nginx;
events {}
http {
    include conf.d/*.conf;
}
";
const FPM: &str = "[global]\ninclude = /etc/php-fpm.d/*.conf\n";
const CONFIG: &str = "\
repos:
  - repo: ../hooks
    rev: v1.0
    hooks:
      - id: fpmlint-system
        args: [--fail-on, info]
";

/// A repository that uses the hook.
struct Project<'a> {
    bench: &'a Bench,
    folder: PathBuf,
}

impl<'a> Project<'a> {
    /// A php-fpm and an nginx that talk to each other, with everything committed.
    fn new(bench: &'a Bench, pool: &str) -> Result<Project<'a>, String> {
        let project = Project { bench, folder: bench.scratch.join("project") };
        folder::empty(&project.folder)?;
        project.git(&["init", "--quiet", "--initial-branch=main"])?;
        hooks(bench)?;
        project.write(".pre-commit-config.yaml", CONFIG)?;
        project.write("etc/nginx/nginx.conf", MAIN)?;
        project.write("etc/nginx/conf.d/site.conf", SITE)?;
        project.write(
            "etc/nginx/fastcgi.conf",
            "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n",
        )?;
        project.write("etc/php-fpm.conf", FPM)?;
        project.write("etc/php-fpm.d/www.conf", pool)?;
        project.write("README", "A site.\n")?;
        project.commit()?;
        Ok(project)
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        folder::write(&self.folder.join(name), text)
    }

    fn git(&self, arguments: &[&str]) -> Result<(), String> {
        self.run("git").arguments(arguments).succeed().map(|_| ())
    }

    fn commit(&self) -> Result<(), String> {
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--no-verify", "--allow-empty", "-m", "A state"])
    }

    /// Puts every change where a commit would take it.
    fn stage(&self) -> Result<(), String> {
        self.git(&["add", "--all"])
    }

    fn pre_commit(&self, arguments: &[&str]) -> Result<Ended, String> {
        self.run(self.bench.tools.python("pre-commit")).arguments(arguments).end()
    }

    /// A program here, away from what this machine's user has set up.
    fn run(&self, program: impl AsRef<std::ffi::OsStr>) -> Run {
        away(Run::new(program).folder(&self.folder), self.bench)
    }
}

/// The environment of every program of these checks.
fn away(run: Run, bench: &Bench) -> Run {
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "SKIP"]
        .into_iter()
        .fold(run, Run::without)
        .with_programs(&bench.programs)
        .variable("GIT_CONFIG_GLOBAL", "/dev/null")
        .variable("GIT_CONFIG_SYSTEM", "/dev/null")
        .variable("GIT_AUTHOR_NAME", "A person")
        .variable("GIT_AUTHOR_EMAIL", "person@example.org")
        .variable("GIT_COMMITTER_NAME", "A person")
        .variable("GIT_COMMITTER_EMAIL", "person@example.org")
        .variable("PRE_COMMIT_HOME", bench.scratch.join("pre-commit"))
        .variable("PRE_COMMIT_COLOR", "never")
}

/// A repository with nothing but our manifest.
fn hooks(bench: &Bench) -> Result<Project<'_>, String> {
    let hooks = Project { bench, folder: bench.scratch.join("hooks") };
    folder::empty(&hooks.folder)?;
    hooks.git(&["init", "--quiet", "--initial-branch=main"])?;
    hooks
        .write(".pre-commit-hooks.yaml", &folder::read(&bench.repository.join(".pre-commit-hooks.yaml"))?)?;
    hooks.commit()?;
    hooks.git(&["tag", "v1.0"])?;
    Ok(hooks)
}

/// The finding fails the run, `fpmlint fix` mends it, and the next run passes.
pub fn faulty_until_fixed(bench: &Bench) -> Result<(), String> {
    let project = Project::new(bench, POOL)?;
    let run = project.pre_commit(&["run", "--all-files"])?.ended_with(1)?;
    run.says("Failed")?.says("socket-mode-on-tcp")?.says("etc/php-fpm.d/www.conf:4:1")?;
    project.run(bench.programs.join("fpmlint")).arguments(["fix", "--fail-on", "info"]).succeed()?;
    project.pre_commit(&["run", "--all-files"])?.ended_with(0)?.says("Passed")?;
    Ok(())
}

/// What was changed is named; a fault of the other side that it causes is seen, one that has nothing to do with it is
/// not.
pub fn names_limit(bench: &Bench) -> Result<(), String> {
    let project = Project::new(bench, POOL)?;
    // The pool's fault is an old one, and the site has nothing to do with it.
    project.write("etc/nginx/conf.d/site.conf", &format!("# A comment.\n{SITE}"))?;
    project.stage()?;
    project.pre_commit(&["run"])?.ended_with(0)?.says("Passed")?;
    // The main file would be loaded alone if it were not for --whole.
    project.write("etc/nginx/nginx.conf", &format!("# A comment.\n{MAIN}"))?;
    project.stage()?;
    project.pre_commit(&["run"])?.ended_with(0)?.says("Passed")?;
    project.commit()?;
    let pool = POOL.replace("9000", "9001").replace("listen.mode = 0660\n", "");
    project.write("etc/php-fpm.d/www.conf", &pool)?;
    project.stage()?;
    let run = project.pre_commit(&["run"])?.ended_with(1)?;
    run.says("backend-without-pool")?.says("etc/nginx/conf.d/site.conf:8:22")?;
    // Settings concern every file.
    project.git(&["checkout", "--quiet", "HEAD", "--", "."])?;
    project.write("fpmlint.toml", "min-confidence = \"likely\"\n")?;
    project.stage()?;
    project.pre_commit(&["run"])?.ended_with(1)?.says("socket-mode-on-tcp")?;
    Ok(())
}

/// pre-commit names no file that is gone: a commit that only deletes is not looked at, the next run over everything is.
pub fn deleted_and_renamed(bench: &Bench) -> Result<(), String> {
    let sound = POOL.replace("listen.mode = 0660\n", "");
    let project = Project::new(bench, &sound)?;
    project.write("README", "The site.\n")?;
    project.stage()?;
    let run = project.pre_commit(&["run"])?.ended_with(0)?;
    run.says("Skipped")?.does_not_say("Passed")?;
    project.commit()?;
    project.git(&["mv", "etc/php-fpm.d/www.conf", "etc/php-fpm.d/shop.conf"])?;
    project.pre_commit(&["run"])?.ended_with(0)?.says("Passed")?;
    project.commit()?;
    // Renamed out of php-fpm's sight.
    project.git(&["mv", "etc/php-fpm.d/shop.conf", "etc/php-fpm.d/shop.off"])?;
    project.pre_commit(&["run"])?.ended_with(0)?.says("Skipped")?;
    project.pre_commit(&["run", "--all-files"])?.ended_with(1)?.says("backend-without-pool")?;
    project.git(&["reset", "--quiet", "--hard"])?;
    project.git(&["rm", "--quiet", "etc/nginx/conf.d/site.conf"])?;
    project.pre_commit(&["run"])?.ended_with(0)?.says("Skipped")?;
    Ok(())
}

/// The manifest itself, found in a repository as pre-commit finds it.
pub fn try_repo(bench: &Bench) -> Result<(), String> {
    let project = Project::new(bench, POOL)?;
    let try_repo = ["try-repo", "../hooks", "fpmlint-system", "--all-files", "--verbose"];
    let run = project.pre_commit(&try_repo)?.ended_with(0)?;
    run.says("Passed")?.says("info[socket-mode-on-tcp]")?;
    project.write("etc/php-fpm.d/www.conf", &format!("{POOL}bogus = 1\n"))?;
    project.pre_commit(&try_repo)?.ended_with(1)?.says("error[unknown-directive]")?;
    Ok(())
}
