// Words in German for what did not answer in time, and for what is done about it.

import { duration, integer } from "../../format.js";

/** @param {number} limit  milliseconds */
const after = (limit) => duration(limit / 1000);

/** @type {typeof import("../waits.js").waits} */
export const waits = {
  file: (path, limit) =>
    `Die Bilder ließen sich nicht laden: ${after(limit)} lang kam nichts mehr von ${path}. Die Verbindung prüfen und erneut versuchen.`,
  module: (limit) => `Der Programmcode kam nicht innerhalb von ${after(limit)}. Die Verbindung prüfen.`,
  adapter: (limit) => `Der Grafikadapter antwortete nicht innerhalb von ${after(limit)}.`,
  device: (limit) => `Der Grafikadapter öffnete sein Gerät nicht innerhalb von ${after(limit)}.`,
  kernel: (limit) => `Der Grafiktreiber hat ${after(limit)} lang keinen Kernel übersetzt.`,
  decode: "Dieser Browser hat es nicht rechtzeitig decodiert.",
  read: "Die Datei ließ sich nicht rechtzeitig lesen. Das Laufwerk prüfen, auf dem sie liegt.",
  replica: (limit) => `Ein weiterer Worker antwortete nicht innerhalb von ${after(limit)}.`,
  worker: "Das Trainingsprogramm antwortet nicht mehr: Vielleicht hat der Browser es beendet, um Speicher zu sparen.",
  unstoppable: (limit) => `Das Trainingsprogramm hielt nicht innerhalb von ${after(limit)} an und wurde deshalb beendet.`,
  goesOn: (why, run, step) =>
    step > 0
      ? `${why} Nach einem Neustart geht ${run} ab Schritt ${integer(step)} weiter; bis dahin war alles aufbewahrt.`
      : `${why} Nach einem Neustart beginnt ${run} von vorn; aufbewahrt war noch nichts davon.`,
  startedAnew: (why) => `${why} Ein Neustart ist erfolgt.`,
  keepsFailing: (why) => `${why} Auch mehrere Neustarts brachten nichts.`,
};
