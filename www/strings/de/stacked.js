// What the section of the stacked autoencoder says, in German.

import { integer, moment } from "../../format.js";

/** @param {number} n */
const epochsOf = (n) => (n === 1 ? "1 Epoche" : `${integer(n)} Epochen`);

/** A difference in points after `von`. @param {string} points */
const of = (points) => points.replace(/([Pp]unkte)$/, "$1n");
/** The number of it alone. @param {string} points */
const bare = (points) => points.replace(/\s.*$/, "");
/** The rung of the ladder that begins, which is handed over in small letters. @param {string} rung */
const named = (rung) => (/^feinabstimmung$/i.test(rung) ? "die Feinabstimmung" : `${rung.charAt(0).toUpperCase()}${rung.slice(1)}`);

/** How it goes from stage to stage, `von a über b auf c`. @param {string[]} stages */
const way = (stages) =>
  stages.length < 2
    ? `das PSNR der Rekonstruktionen liegt bei ${stages.join("")}`
    : `das PSNR der Rekonstruktionen ändert sich von ${stages[0]}${stages.length > 2 ? ` über ${stages.slice(1, -1).join(" und ")}` : ""} auf ${stages.at(-1)}`;

/** @param {number} seeds @param {string} low @param {string} high @param {string} deviation */
const interval = (seeds, low, high, deviation) =>
  `Über ${seeds} Seeds hat die letzte Differenz eine Standardabweichung von ${of(deviation)}. Ihr 95-%-Konfidenzintervall reicht von ${bare(low)} bis ${high}`;

/** @type {typeof import("../stacked.js").stacked} */
export const stacked = {
  heading: "Gestapelt, Schicht für Schicht",
  prose: "Ein tiefer Autoencoder, Stufe für Stufe trainiert.",
  choices: "Einstellungen",
  more: "Die erste Stufe lernt, ein Bild zu verkleinern und zu rekonstruieren. Dann wird sie eingefroren, und die zweite lernt zu verkleinern, was die erste aus dem Bild gemacht hat; danach die dritte. Jede hat für sich eine leichte Aufgabe. Am Ende werden alle verbunden und gemeinsam abgestimmt. So wurden tiefe Netze anfangs trainiert, bevor bessere Startwerte der Gewichte und bessere Optimierer es überflüssig machten.",
  epochsNote: "So viele Epochen trainiert jede Stufe, und ebenso viele dauert die Feinabstimmung: insgesamt viermal so viele.",
  none: "Noch ist kein Stapel trainiert.",
  goOn: "Fortsetzen",
  choose: "Gestapelter Lauf",
  noRuns: "Jeder gestapelte Lauf wird aufbewahrt und lässt sich hier auswählen.",
  option: (name, beside) => `${name}, ${beside}`,
  beside: (epochs, at) => `${epochsOf(epochs)} je Stufe, ${moment(at)}`,
  names: {
    pretrained: (seed) => `Klassifikator mit Vortraining, Seed ${seed}`,
    scratch: (seed) => `Klassifikator ohne Vortraining, Seed ${seed}`,
  },

  ladder: {
    heading: "Die Leiter",
    prose: "Sie wird von oben nach unten gelesen. Jede Sprosse zeigt dasselbe Netz, vom Bild links über den Code in der Mitte bis zur Rekonstruktion rechts. Gefüllt ist, was auf dieser Sprosse lernt.",
    waiting: "Die Leiter erscheint, sobald das Trainingsprogramm da ist.",
    numbers: (n) => (n === 1 ? "1 Zahl" : `${integer(n)} Zahlen`),
    tuning: "Feinabstimmung",
    stage: (n) => `Stufe ${n}`,
    names: { learns: "lernt", frozen: "eingefroren", draws: "rekonstruiert nur" },
    kinds: { waiting: "kommt noch", now: "lernt gerade", done: "fertig", ended: "hier gestoppt" },
    epoch: (n, of) => `Epoche ${n} von ${of}`,
    rows: {
      learns: (layers) => `Lernt: ${layers}.`,
      frozen: (layers) => `Eingefroren: ${layers}.`,
      draws: (layers) => `Rekonstruiert nur: ${layers}.`,
    },
    learnsAll: "Lernt: alle Schichten gemeinsam.",
    options: { "binary-cross-entropy": "Verlust: binäre Kreuzentropie der Bilder", "mean-squared-error": "Verlust: mittlerer quadratischer Fehler der Bilder", code: "Verlust: mittlerer quadratischer Fehler der Codes" },
    valLoss: "Testverlust",
    psnr: "PSNR",
    psnrMeaning: "Die Verluste verschiedener Sprossen messen Verschiedenes und lassen sich nicht vergleichen. Das PSNR schon: Es gilt immer für den ganzen Weg von Bild zu Bild und folgt aus dem mittleren quadratischen Fehler über alle Testbilder, in Dezibel. Größer ist besser.",
    curve: "Trainingsverlust (Linie) und Testverlust (Punkte)",
  },
  outcome: {
    stages: (stages, code, numbers, picture) =>
      `Von Stufe zu Stufe wird der Code kleiner, und ${way(stages)}. Der letzte Code, ${code}, enthält ${integer(numbers)} Zahlen für ein Bild aus ${integer(picture)}.`,
    gained: (by) => `Die Feinabstimmung hat das PSNR um ${by} erhöht.`,
    lost: (by) => `Die Feinabstimmung hat das PSNR um ${by} gesenkt: In diesen Epochen hat sie es noch nicht wieder aufgeholt.`,
  },

  reconstructions: {
    heading: "Durch eine Stufe, zwei, drei",
    prose: "Dieselben Testbilder am Ende jeder Phase. Jede weitere Stufe muss sie aus einem kleineren Code rekonstruieren. Ihr PSNR ist das dieser wenigen Bilder, das der Leiter ist das aller Testbilder; deshalb unterscheiden sich die beiden.",
    psnr: (decibel, n) => `PSNR ${decibel} über ${n === 1 ? "dieses Bild" : `diese ${integer(n)} Bilder`}`,
    input: "Bild",
    after: (n) => (n === 1 ? "Durch 1 Stufe" : `Durch ${n} Stufen`),
    tuned: "Nach der Feinabstimmung",
    code: (shape) => `Code ${shape}`,
    learning: "lernt gerade",
    toCome: (rung) => `Sie erscheinen, sobald ${named(rung)} beginnt.`,
    notReached: "Der Lauf endete vorher.",
    gone: "Nicht verfügbar. Die Bilder zwischen den Stufen bleiben nur, solange diese Seite offen ist, und dieser Lauf stammt von einem früheren Besuch.",
    kept: "Die Rekonstruktionen des aufbewahrten Netzes werden geholt…",
    alt: (row, n, name) => `${row}, ${n}: ${name}`,
    blank: "Noch nicht rekonstruiert",
  },

  compare: {
    heading: "Hat das Vortraining geholfen?",
    prose: "Der Encoder hat jedes Trainingsbild gesehen und keine einzige Klasse. Hier wird er zum Anfang eines Klassifikators: Auf seinen Code kommen zwei vollständig verbundene Schichten, und alles zusammen wird mit den Klassen trainiert. Derselbe Klassifikator wird noch einmal ohne Vortraining trainiert, mit demselben Seed, denselben Bildern und derselben Reihenfolge. Beide unterscheiden sich nur in den Startgewichten ihrer ersten drei Faltungen.",
    epochs: "Epochen",
    seeds: "Seeds",
    start: "Beide trainieren",
    goOn: "Fortsetzen",
    stop: "Stopp",
    half: (label, epoch, epochs) => `${label} wurde in Epoche ${epoch} von ${epochs} unterbrochen und kann von dort weitergehen.`,
    noClassifier: "Der Klassifikator, der hier trainiert wird, beginnt mit den Schichten des gestapelten Autoencoders, den die Seite mitbringt; dieser Lauf hat andere.",
    noEncoder: "Dafür braucht es einen gestapelten Lauf, der alle Phasen durchlaufen hat.",
    ready: (label) => `Der Encoder ist der von ${label}.`,
    waiting: (n) => `${n} ${n === 1 ? "Klassifikator wartet" : "Klassifikatoren warten"} auf das Trainingsprogramm.`,
    training: (label, epoch, epochs, left) =>
      `${label}: Epoche ${epoch} von ${epochs}.${left > 0 ? ` ${left === 1 ? "Einer kommt" : `${left} kommen`} noch.` : ""}`,
    accuracy: "Testgenauigkeit",
    loss: "Testverlust",
    lines: {
      pretrained: (seeds) => (seeds > 1 ? `mit Vortraining, Mittelwert von ${seeds}` : "mit Vortraining"),
      scratch: (seeds) => (seeds > 1 ? `ohne Vortraining, Mittelwert von ${seeds}` : "ohne Vortraining"),
    },
    table: "Testgenauigkeit, Epoche für Epoche",
    columns: { epoch: "Epoche", pretrained: "Mit Vortraining", scratch: "Ohne Vortraining", difference: "Differenz", deviation: "Standardabweichung" },
    noFindings: "Das Fazit erscheint hier, sobald beide Klassifikatoren fertig sind.",
  },
  findings: {
    heading: "Fazit",
    first: (stack, scratch, by) =>
      `Nach der ersten Epoche klassifiziert der Klassifikator mit Vortraining ${stack} der Testbilder richtig, der ohne Vortraining ${scratch}: eine Differenz von ${of(by)}.`,
    noHeadStart: "Einen Vorsprung gibt es also nicht.",
    headStart: (reached, head) => `Ohne Vortraining dauert es ${epochsOf(reached)}, so weit zu kommen: ein Vorsprung von ${epochsOf(head)}.`,
    never: (epochs) => `Ohne Vortraining kommt er in ${epochsOf(epochs)} nicht so weit.`,
    last: (epochs, stack, scratch, by) => `Nach ${epochsOf(epochs)} sind es ${stack} gegenüber ${scratch}: ${by}.`,
    few: (epochs) =>
      `Vorsicht: ${epochs === 1 ? "Eine Epoche ist" : `${epochsOf(epochs)} sind`} wenig. Beide Klassifikatoren stehen am Anfang ihres Lernens, und ein Unterschied dort muss nicht bleiben. Mehr Epochen trainieren, bevor feststeht, ob das Vortraining hilft.`,
    unknown: "Das ist ein einziger Seed. An ihm lässt sich eine Wirkung nicht vom Zufall trennen: Ein anderer Seed kann das Gegenteil ergeben. Mit mehreren trainieren, um zu sehen, wie stark sie sich unterscheiden.",
    chance: (seeds, low, high, deviation) => `${interval(seeds, low, high, deviation)}: Es enthält die 0, die Differenz kann also Zufall sein.`,
    better: (seeds, low, high, deviation) => `${interval(seeds, low, high, deviation)}: Hier hat das Vortraining geholfen, und nicht nur durch Zufall.`,
    worse: (seeds, low, high, deviation) => `${interval(seeds, low, high, deviation)}: Hier hat das Vortraining geschadet, und nicht nur durch Zufall.`,
    partial: (done, of) => `Bisher ${done === 1 ? "ist" : "sind"} ${done} von ${of} Seeds mit beiden fertig.`,
    onlyHere: "Das ist ein einziger Stapel, einmal trainiert. Die Seeds verändern nur die Klassifikatoren und nicht den Stapel; die Aussage gilt daher nur für diesen Encoder.",
  },
};
