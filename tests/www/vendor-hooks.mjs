// Lets Node find the libraries that the page serves as `vendor/…` in their npm packages.

export const resolve = (specifier, context, next) => {
  const [, library] = /\/vendor\/(idb|uPlot)(?:\.esm)?\.js$/.exec(specifier) ?? [];
  const name = library?.toLowerCase();
  return name ? next(name, { ...context, parentURL: import.meta.url }) : next(specifier, context);
};
