//! The spare server numbers of a dynamic pool.
//!
//! In: the numbers in force. Out: the daemon's fault with them, and the nearest numbers that fit.

use fpmlint_catalog::php_fpm::{DirectiveId, id};

use super::model::{Pool, Setting};

/// The four numbers; one that is not set counts as 0, as it does for the daemon.
pub(crate) struct Servers<'p> {
    pool: &'p Pool,
    min: i32,
    max: i32,
    start: i32,
    children: i32,
}

/// What the daemon finds.
pub(crate) struct Fault<'p> {
    pub(crate) message: String,
    /// The setting that is wrong first; none where it is not set.
    pub(crate) at: Option<&'p Setting>,
    /// The settings that it must fit.
    pub(crate) others: Vec<&'p Setting>,
    /// Whether the fault is that something is not set.
    pub(crate) rests_on_unset: bool,
}

impl<'p> Servers<'p> {
    /// The numbers of a pool; none where one is not known.
    pub(crate) fn of(pool: &'p Pool) -> Option<Servers<'p>> {
        Some(Servers {
            pool,
            min: pool.integer(id::PM_MIN_SPARE_SERVERS)?,
            max: pool.integer(id::PM_MAX_SPARE_SERVERS)?,
            start: pool.integer(id::PM_START_SERVERS)?,
            children: pool.integer(id::PM_MAX_CHILDREN).filter(|children| *children > 0)?,
        })
    }

    /// The first fault in the daemon's order.
    pub(crate) fn fault(&self) -> Option<Fault<'p>> {
        let Servers { min, max, start, children, .. } = *self;
        let (message, about, others): (String, DirectiveId, &[DirectiveId]) = if min <= 0 {
            (format!("pm.min_spare_servers({min}) must be a positive value"), id::PM_MIN_SPARE_SERVERS, &[])
        } else if max <= 0 {
            (format!("pm.max_spare_servers({max}) must be a positive value"), id::PM_MAX_SPARE_SERVERS, &[])
        } else if min > children || max > children {
            let message = format!(
                "pm.min_spare_servers({min}) and pm.max_spare_servers({max}) cannot be greater than pm.max_children({children})"
            );
            let about = if max > children { id::PM_MAX_SPARE_SERVERS } else { id::PM_MIN_SPARE_SERVERS };
            (message, about, &[id::PM_MAX_CHILDREN])
        } else if max < min {
            let message =
                format!("pm.max_spare_servers({max}) must not be less than pm.min_spare_servers({min})");
            (message, id::PM_MAX_SPARE_SERVERS, &[id::PM_MIN_SPARE_SERVERS])
        } else if start > 0 && !(min..=max).contains(&start) {
            let message = format!(
                "pm.start_servers({start}) must not be less than pm.min_spare_servers({min}) and not greater than pm.max_spare_servers({max})"
            );
            (message, id::PM_START_SERVERS, &[id::PM_MIN_SPARE_SERVERS, id::PM_MAX_SPARE_SERVERS])
        } else {
            return None;
        };
        let at = self.pool.last(about);
        let others = others.iter().filter_map(|id| self.pool.last(*id)).collect();
        Some(Fault { message, at, others, rests_on_unset: at.is_none() })
    }

    /// The nearest numbers that fit, as `name = number` with commas between them; only those that change.
    pub(crate) fn suggestion(&self) -> String {
        let min = self.min.clamp(1, self.children);
        let max = self.max.clamp(min, self.children);
        let start = if self.start > 0 { self.start.clamp(min, max) } else { self.start };
        let changes = [
            ("pm.start_servers", self.start, start),
            ("pm.min_spare_servers", self.min, min),
            ("pm.max_spare_servers", self.max, max),
        ];
        let changed = changes.iter().filter(|(_, before, after)| before != after);
        changed.map(|(name, _, after)| format!("{name} = {after}")).collect::<Vec<_>>().join(", ")
    }
}
