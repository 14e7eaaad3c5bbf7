// Lets Node find the libraries that the page serves as `vendor/…` in their npm packages.

export const resolve = (specifier, context, next) => {
  const [, name] = /\/vendor\/(idb)\.js$/.exec(specifier) ?? [];
  return name ? next(name, { ...context, parentURL: import.meta.url }) : next(specifier, context);
};
