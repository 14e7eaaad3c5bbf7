//! The library as a page loads it: everything that `tabgrad` exports to JavaScript. Two packages are
//! made of this file, because cargo names what it compiles after its package, and would take one for
//! the other. Knows nothing.

extern crate tabgrad as _;
