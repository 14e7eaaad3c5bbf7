// The page serves uPlot beside itself, as /vendor/uPlot.esm.js; its types come from the package.
declare module "*/vendor/uPlot.esm.js" {
  import uPlot from "uplot";
  export default uPlot;
}

// The same for idb, which makes promises of IndexedDB's requests.
declare module "*/vendor/idb.js" {
  export * from "idb";
}
