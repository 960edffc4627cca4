//! What the arguments of an nginx directive are.

/// How nginx reads the arguments of a directive. Most have one of the setters that modules share; the name of
/// the setter is in [`Directive::setter`](super::Directive::setter).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ValueType {
    /// `on` or `off`.
    Flag,
    /// A number of bytes with `k` or `m`, in either case.
    Size,
    /// A number of bytes with `k`, `m` or `g`, in either case.
    Offset,
    /// A decimal number without sign.
    Number,
    /// A time in milliseconds; `ms s m h d w` are understood, a bare number is seconds.
    Milliseconds,
    /// A time in seconds; `s m h d w M y` are understood, a bare number is seconds.
    Seconds,
    /// Any one string, taken as it is.
    String,
    /// One string for each occurrence, gathered in a list.
    StringArray,
    /// Two strings for each occurrence, gathered in a list.
    KeyValue,
    /// Exactly one of the words in `enum_values`.
    Enum,
    /// Any of the words in `enum_values`, each once.
    Bitmask,
    /// A number and a size: so many buffers of so many bytes.
    Buffers,
    /// A folder and up to three levels of one or two digits.
    Path,
    /// Rights such as `user:rw group:r`.
    Access,
    /// Conditions: strings with variables, of which any that is not empty and not `0` is true.
    Predicate,
    /// A string with variables.
    ComplexString,
    /// A string with variables, kept with a zero byte at its end.
    ComplexStringZero,
    /// A size with variables.
    ComplexSize,
    /// A local address, with variables, or `off`, and maybe `transparent`.
    UpstreamBind,
    /// MIME types, or `*`.
    MimeTypes,
    /// The path of a cache and its parameters.
    CachePath,
    /// Response codes and the time for which they are cached.
    CacheValid,
    /// A name, a value with variables, and maybe `if_not_empty`.
    Parameter,
    /// A character set, `off`, or a variable.
    Charset,
    /// The module's own setter, which takes one of `enum_values` among others.
    CustomEnum,
    /// The module's own setter, which takes `on` or `off`.
    CustomFlag,
    /// The module's own setter.
    Custom,
}
