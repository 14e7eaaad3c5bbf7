// Every word in German of the section of the pictures, and of taking in those of the visitor's own.

import { integer, size } from "../../format.js";

const TEST = "Test";
/** One picture of a split. @param {string} split */
const pictureOf = (split) => (split === TEST ? "Testbild" : "Trainingsbild");

/** @type {typeof import("../pictures.js").pictures} */
export const pictures = {
  heading: "Die Bilder",
  prose: "Das Netz lernt aus kleinen Bildern, denen von CIFAR-10 mit 32 mal 32 Pixeln oder anderen; zu jedem gehört der Name dessen, was es zeigt. Mit einem Teil davon wird trainiert. Mit dem anderen, den Testbildern, wird das Netz nur ausgewertet.",
  train: "Training",
  test: TEST,
  another: "Fünf andere",
  seed: (seed) => `Zufällig ausgewählt mit Seed ${seed}`,
  alt: (name, split) => `${pictureOf(split)}: ${name}`,
  waiting: "Die Bilder kommen noch",
  none: "Keine Bilder",
  synthetic: "Synthetische Daten",
  syntheticMeaning: "Von einem Programm gezeichnet, nicht fotografiert.",
  counts: (train, test) =>
    `${integer(train)} ${train === 1 ? "Trainingsbild" : "Trainingsbilder"} und ${integer(test)} ${test === 1 ? "Testbild" : "Testbilder"}`,
  loading: (bytes, total) => `${size(bytes)} von ${size(total)} geladen`,
  progress: "Geladene Bilder",
  browse: {
    heading: "Alle Bilder",
    label: "Bilder; die Pfeiltasten führen von einem zum nächsten, die Eingabetaste öffnet eines",
    split: "Teil",
    class: "Klasse",
    all: "Alle Klassen",
    previous: "Zurück",
    next: "Weiter",
    picture: (split, index, name) => `${pictureOf(split)} ${integer(index + 1)}: ${name}`,
    tip: (name, index) => `${name}, ${integer(index + 1)}`,
    count: (offset, shown, total, whole) => {
      if (shown === 0) return whole ? "Solche Bilder gibt es nicht." : "Solche Bilder sind noch nicht da.";
      return `${integer(offset + 1)} bis ${integer(offset + shown)} von ${integer(total)}${whole ? "" : ", die bisher da sind"}`;
    },
  },
  bytes: {
    heading: (numbers) => `Ein Bild besteht aus ${integer(numbers)} Zahlen`,
    prose: ({ width, height, channels }) =>
      `Ein Bild hat ${height} Zeilen zu ${width} Pixeln. Ein Pixel ist ${channels === 1 ? "ein Byte: seine Helligkeit" : "drei Byte: sein Anteil an rotem, grünem und blauem Licht, jeweils"} von 0 bis 255. Mehr sieht das Netz nicht. Oben lässt sich ein anderes Bild auswählen, hier mit dem Zeiger oder den Reglern ein Pixel.`,
    channels: { red: "Rot", green: "Grün", blue: "Blau", grey: "Grau" },
    plane: (channel, title) => `${channel}, ${title}`,
    x: "Spalte",
    y: "Zeile",
    pixel: (x, y, at, channels, numbers) =>
      `Zeile ${y}, Spalte ${x}: Byte ${integer(at + 1)}${channels === 1 ? "" : ` bis ${integer(at + channels)}`} von ${integer(numbers)}`,
  },
  shards: {
    heading: "Wie sie ankommen",
    prose: "Die Bilder kommen in einigen Dateien, Shards genannt: jeweils bis zu 2.500 Bilder, mit einem Byte für die Klasse jedes Bildes, sodass schon etwas zu sehen ist, bevor alle da sind. Dazu gehört eine Liste mit dem SHA-256 jeder Datei, einem Fingerabdruck, den keine andere Datei hat. Ein Shard wird nur verwendet, wenn seine Bytes diesen Fingerabdruck haben.",
    waiting: "Die Liste der Dateien ist unterwegs.",
    holds: (n) => (n === 1 ? "1 Bild" : `${integer(n)} Bilder`),
    fingerprint: (start) => `${start}…`,
    files: (count, n) => `${integer(count)} in ${n === 1 ? "einer Datei" : `${integer(n)} Dateien`}`,
    here: (here, of) => (of === 1 ? "Die Datei ist noch nicht da." : `${here} von ${integer(of)} Dateien sind da.`),
    allHere: (n) => (n === 1 ? "Die Datei ist da." : `Alle ${integer(n)} Dateien sind da, und ihre Fingerabdrücke stimmen.`),
  },
  own: {
    name: "Eigene Bilder",
    source: (count, from, { width, height, channels }, divided) =>
      `${count === 1 ? "1 Bild" : `${integer(count)} Bilder`}${from ? ` aus ${from}` : " aus einem Ordner"}, in diesem Browser ${width === height ? "quadratisch" : "passend"} zugeschnitten und auf ${width} mal ${height} Pixel gebracht${channels === 1 ? ", in Graustufen" : ""}. ${divided ? "Welche Bilder zum Test gehören, sagten die Ordner." : "Ein Sechstel jeder Klasse ist für den Test zurückgehalten."}`,
    archiveAndMore: (name, more) =>
      `${name} kam zusammen mit ${more === 1 ? "einer weiteren Datei" : `${integer(more)} weiteren Dateien`}. Ein Archiv allein geben oder einen Ordner.`,
    noCanvas:
      "Dieser Browser gibt Bilder zum Schutz vor Tracking mit anderen Pixeln zurück, als gezeichnet wurden; deshalb lassen sie sich hier nicht verkleinern. Canvas-Daten für diese Seite erlauben oder PNG-Dateien geben.",
  },
};

/** @type {typeof import("../pictures.js").intake} */
export const intake = {
  remarksOn: (name) => (name === "" ? "Zu den gelesenen Dateien" : `Zu ${name}`),
  heading: "Eigene Bilder",
  prose: "Zum Training eignet sich alles: ein Zip, ein Tar oder ein Ordner mit Fotos, oder CIFAR-10, CIFAR-100, MNIST oder Fashion-MNIST, wie ihre Autoren sie veröffentlichen.",
  invite: "Hier eine .zip-Datei, ein .tar.gz oder einen Ordner ablegen: Bilder als PNG, JPEG, WebP, GIF oder BMP, oder CIFAR-10, CIFAR-100, MNIST oder Fashion-MNIST in jeder ihrer Formen, gepackt oder entpackt.",
  choose: "Datei auswählen",
  chooseFolder: "Ordner auswählen",
  layouts: {
    title: "Wie die Ordner aufgebaut sein sollen",
    prose: "Der Name eines Ordners ist der Name einer Klasse; Klassifikatoren brauchen zwei bis 256 davon, Autoencodern genügt auch eine. Ordner innerhalb einer Klasse gehören zu ihr. Trainings- und Testbilder können in eigenen Ordnern liegen: train oder training, und test, testing, valid, val oder validation. Sagen die Ordner nicht, was zum Test gehört, ist es ein Sechstel jeder Klasse. Bilder jeder Größe werden um ihre Mitte quadratisch zugeschnitten und auf 32 mal 32 Pixel gebracht oder auf das, was hier ausgewählt ist.",
    plain: "tiere/\n  katze/\n    1.jpg\n    2.jpg\n  hund/\n    1.png",
    divided: "tiere/\n  train/\n    katze/1.jpg\n    hund/1.jpg\n  test/\n    katze/2.jpg",
  },
  request: {
    size: "Größe",
    sizes: { own: "Wie sie sind; Fotos 32 × 32" },
    side: (side) => `${side} × ${side}`,
    channels: "Farben",
    colours: { own: "Wie sie sind", 1: "Grau", 3: "Rot, Grün und Blau" },
    labels: "Klassen von CIFAR-100",
    classes: { fine: "100, fein", coarse: "20, grob" },
  },
  promise: "Sie werden auf diesem Rechner gelesen und in diesem Browser aufbewahrt. Nichts verlässt diesen Rechner.",
  progress: "Decodierte Bilder",
  count: (done, total) => (total > 0 ? `${integer(done)} von ${integer(total)}` : integer(done)),
  cancel: "Abbrechen",
  busy: "Gerade werden andere Bilder gelesen. Diese noch einmal ablegen, wenn das fertig ist, oder das Einlesen zuerst abbrechen.",
  lost: (paths) => `Der Browser gibt Folgendes nicht heraus: ${paths.slice(0, 5).join(", ")}${paths.length > 5 ? ` und ${integer(paths.length - 5)} weitere` : ""}.`,
  stages: {
    listing: "Die Dateien werden aufgelistet…",
    reading: "Die Dateien werden geprüft…",
    decoding: "Die Bilder werden decodiert…",
    keeping: "Die Bilder werden für den nächsten Besuch aufbewahrt…",
  },
  kept: "Diese Bilder werden in diesem Browser aufbewahrt, nur auf diesem Rechner. Unter „Aufbewahren“ ist ihre Größe zu sehen, und dort lassen sie sich löschen.",
  notKept: "Diese Bilder sind jetzt in Gebrauch, aber nicht aufbewahrt: Beim Neuladen gehen sie verloren.",
  useBundled: "Mitgelieferte verwenden",
};
