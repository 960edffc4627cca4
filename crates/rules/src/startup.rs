//! The daemon refuses, or dies where its own test passed.
//!
//! Most of these rules only put words to refusals of one kind; [`refusal`] does it for all of them.

pub(crate) mod refusal;

crate::rule::rules! {
    directive_not_allowed_here,
    duplicate_directive,
    duplicate_pool,
    fatal_ini_setting,
    hash_comment_in_pool,
    include_not_found,
    invalid_expression,
    invalid_pattern,
    invalid_value,
    listen_address_invalid,
    listen_address_overlaps,
    missing_required_directive,
    path_not_found,
    pool_name_contains_itself,
    pool_runs_as_root,
    slowlog_timeout_without_slowlog,
    socket_acl_unknown_user,
    spare_servers_inconsistent,
    start_servers_defaulted,
    syntax_error,
    unbalanced_block,
    undefined_reference,
    unknown_directive,
    unknown_user,
    unknown_variable,
    unterminated_quote,
    wrong_argument_count,
}
