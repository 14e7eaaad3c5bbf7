//! The library as a page loads it: everything that `tabgrad` exports to JavaScript with its feature
//! `page` or `intake`, which only the packages here ask for. Each of the packages beside this file is
//! made of it, because cargo names what it compiles after its package, whatever its features and
//! flags, and would take one for the other.

extern crate tabgrad as _;
