//! Sets of flags in an integer.
//!
//! In: a list of named bits. Out: a `Copy` type with the usual set operations, usable in constants.

/// Makes a set type: its name, the integer beneath, and one constant for each bit.
macro_rules! bits {
    ($(#[$meta:meta])* $name:ident: $integer:ty { $($(#[$bit_meta:meta])* $bit:ident = $value:expr;)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(pub(crate) $integer);

        impl $name {
            $($(#[$bit_meta])* pub const $bit: $name = $name($value);)*

            /// The set without members.
            pub const NONE: $name = $name(0);

            /// What is in either set.
            #[must_use]
            pub const fn union(self, other: $name) -> $name {
                $name(self.0 | other.0)
            }

            /// What is in both sets.
            #[must_use]
            pub const fn intersection(self, other: $name) -> $name {
                $name(self.0 & other.0)
            }

            /// Whether the sets have a member in common.
            pub const fn intersects(self, other: $name) -> bool {
                self.0 & other.0 != 0
            }

            /// Whether every member of `other` is in this set.
            pub const fn contains(self, other: $name) -> bool {
                self.0 & other.0 == other.0
            }

            /// Whether the set has no members.
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }
        }

        impl std::ops::BitOr for $name {
            type Output = $name;

            fn bitor(self, other: $name) -> $name {
                self.union(other)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let all = [$(($name::$bit, stringify!($bit))),*];
                let single = all.into_iter().filter(|(bit, _)| bit.0.count_ones() == 1 && self.contains(*bit));
                f.debug_set().entries(single.map(|(_, word)| word)).finish()
            }
        }
    };
}

pub(crate) use bits;
