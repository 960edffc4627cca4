//! The manifests by which other services find fpmlint.

use super::Bench;
use super::run::Run;

/// The action, the GitLab template and the hooks, each against its own service's schema.
pub fn manifests(bench: &Bench) -> Result<(), String> {
    let file = |name: &str| bench.repository.join(name);
    let schema = |schema, name| bench.tools.check_schema(&["--builtin-schema", schema], &[file(name)]);
    schema("vendor.github-actions", "action.yml")?;
    schema("vendor.gitlab-ci", "templates/fpmlint.gitlab-ci.yml")?;
    let validate = Run::new(bench.tools.python("pre-commit")).arguments(["validate-manifest"]);
    validate.arguments([file(".pre-commit-hooks.yaml")]).succeed()?;
    Ok(())
}
