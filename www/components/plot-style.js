// What all charts have in common: their colours, which come from the page's style and follow light
// and dark, their axes and their size.

import uPlot from "../vendor/uPlot.esm.js";

/** Room above and below the lines; never below zero, where no loss goes, and never so narrow
 * that the noise of the first steps fills the chart.
 * @param {number|null} low @param {number|null} high @param {number} [most]  no line goes above it @returns {[number, number]} */
export function roomy(low, high, most = Infinity) {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  const span = Math.max(high - low, Math.abs(high) * 0.1) || 1;
  const room = (span - (high - low)) / 2 + span * 0.08;
  return [Math.max(low >= 0 ? 0 : -Infinity, low - room), Math.min(most, high + room)];
}

/** Steps between the ticks of shares, which are written as whole per cent. */
const SHARES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/** The page's colours and letters, as they are now around `element`. @param {Element} element */
export function readStyle(element) {
  const style = getComputedStyle(element);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return { colour, family: style.fontFamily };
}

/**
 * Everything of a chart but its series.
 * @param {HTMLElement} plot
 * @param {object} options
 * @param {number} options.height
 * @param {() => [number, number]} options.xRange
 * @param {(low: number|null, high: number|null) => [number, number]} options.yRange  by the lines' lowest and highest value
 * @param {(x: number) => string} [options.ticks]  how a number is written beside the y axis
 * @param {string} options.xLabel
 * @returns {Omit<uPlot.Options, "series">}
 */
export function frameOf(plot, { height, xRange, yRange, ticks, xLabel }) {
  const { colour, family } = readStyle(plot);
  const axis = {
    stroke: colour("--soft"),
    font: `12px ${family}`,
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: plot.clientWidth || 320,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
    scales: {
      x: { time: false, range: xRange },
      y: { range: (_, low, high) => yRange(low, high) },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 26, gap: 4, incrs: [1, 2, 5, 10, 20, 50, 100, 200], ...(xLabel === "" ? {} : { label: xLabel, labelSize: 18, labelGap: 0, labelFont: axis.font }) },
      { ...axis, size: 46, gap: 6, ...(ticks ? { values: (_, splits) => splits.map(ticks), incrs: SHARES } : {}) },
    ],
  };
}

/**
 * Sees to it that a chart is made when its place is first shown, is as wide as that, and is made again when the colours
 * change.
 * @param {HTMLElement} plot @param {{get: () => uPlot|null, build: () => void}} chart
 */
export function keepFresh(plot, { get, build }) {
  new ResizeObserver(() => {
    // A place that is not shown has no width to give.
    if (plot.clientWidth === 0) return;
    const chart = get();
    if (chart) chart.setSize({ width: plot.clientWidth, height: chart.height });
    else build();
  }).observe(plot);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => get() && build());
}
