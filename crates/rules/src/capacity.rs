//! Process, memory, time-out and size chains that do not fit each other.

crate::rule::rules! {
    body_size_chain,
    jit_without_buffer,
    opcache_too_few_files,
    pool_memory_exceeds_host,
    process_max_below_pools,
    timeout_chain,
}
