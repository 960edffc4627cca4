//! The profiles, one file each, as data.

use crate::profile::Profile;

mod debian_12;
mod docker;
mod generic;
mod lines;
mod modules;
mod rocky_9;
mod stock;

/// Every profile.
pub(crate) const ALL: [&Profile; 4] =
    [&debian_12::PROFILE, &rocky_9::PROFILE, &docker::PROFILE, &generic::PROFILE];
