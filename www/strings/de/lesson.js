// What the walk through one training step says, in German.

import { integer } from "../../format.js";

/** @param {number} n @param {string} one @param {string} many */
const counted = (n, one, many) => `${integer(n)} ${n === 1 ? one : many}`;
const GRADIENT = "Gradient der Bibliothek für";

/** @type {typeof import("../lesson.js").lesson} */
export const lesson = {
  heading: "Wie es lernt",
  prose: "Ein Bild und ein Schritt, in allen Zahlen.",
  more: "Das Bild geht Schicht für Schicht durch das Netz, der Verlust sagt, wie falsch die Antwort ist, sein Gradient läuft denselben Weg zurück, und jedes Gewicht ändert sich ein wenig. Der Schritt wird wirklich gemacht, und jede Zahl hier stammt aus ihm.",
  errors: {
    notKnown: (asked) =>
      `Die Adresse verlangt einen Schritt mit „${asked}“, den es hier nicht gibt. Stattdessen gilt, womit dieser Abschnitt beginnt.`,
    noNetwork: "Noch gibt es kein Netz zum Hineinsehen. Warten, bis das Trainingsprogramm da ist, dann eines auswählen.",
    noPicture: "Noch gibt es kein Bild zum Lernen. Warten, bis die Bilder geladen sind, dann eines auswählen.",
    noRun: "Der ausgewählte Lauf ist nicht mehr da. Ein anderes Netz auswählen.",
  },
  network: "Netz",
  fresh: "Neu, mit zufälligen Gewichten",
  runs: "Gewichte eigener Läufe",
  rate: "Lernrate",
  strip: "Bild",
  splits: { train: "Trainingsbilder", test: "Testbilder" },
  split: "Aus",
  others: "Andere Bilder",
  pick: (name) => `Aus diesem Bild lernen: ${name}`,
  begin: "Einen Schritt machen",
  afresh: "Von vorn beginnen",
  working: "Es wird gerechnet…",
  waiting: "Nach dem Schritt beginnt hier der Gang durch ihn: das Bild, jede Schicht, der Verlust, die Gradienten auf dem Rückweg und die Gewichte vorher und nachher.",
  rail: {
    name: "Stationen des Schritts",
    columns: { forward: "Vorwärts", backward: "Gradient" },
    forward: (layer) => `Vorwärts: ${layer}`,
    backward: (layer, norm) => `Gradient: ${layer}, Norm ${norm}`,
    picture: "Das Bild",
    loss: "Der Verlust",
    update: "Die Aktualisierung",
    again: "Dasselbe Bild noch einmal",
  },
  previous: "Zurück",
  next: "Weiter",
  keys: "Die Pfeiltasten tun dasselbe.",
  place: (n, of) => `${n} von ${of}`,
  kinds: { picture: "Eingabe", forward: "Vorwärts", loss: "Die Antwort", backward: "Rückwärts", update: "Der Schritt", again: "Noch einmal" },
  titles: {
    picture: (name) => `Das Bild: ${name}`,
    loss: (loss) => `Der Verlust ist ${loss}`,
    backward: (layer) => `Der Gradient bei ${layer}`,
    update: (moved, count) => `${moved} von ${count} Gewichten ${moved === "1" ? "ändert" : "ändern"} sich`,
    again: (before, after) => `Von ${before} auf ${after}`,
  },
  shapes: {
    map: (n, height, width) => `${counted(n, "Karte", "Karten")} mit ${height} × ${width}`,
    vector: (n) => counted(n, "Zahl", "Zahlen"),
  },
  says: {
    picture: ([height, width, channels]) =>
      `Für das Netz besteht ein Bild aus ${height} × ${width}${channels === 1 ? "" : ` × ${channels}`} Zahlen von 0 bis 1: ${channels === 1 ? "wie hell es an jeder Stelle ist" : "wie viel Rot, Grün und Blau an jeder Stelle ist"}.`,
    // The English one's type is its own two sentences.
    lastConv: (channels) => (
      channels === 3
        ? "Drei Logits für jede Stelle: je einer für Rot, Grün und Blau. Die Ausgabefunktion macht aus jedem einen Farbwert."
        : "Ein Logit für jede Stelle. Die Ausgabefunktion macht daraus ihre Helligkeit."
    ),
    lastDense: "Ein Logit für jede Klasse. Je größer er im Vergleich zu den anderen ist, desto sicherer ist sich das Netz bei dieser Klasse.",
    loss: "Softmax macht aus den Logits Wahrscheinlichkeiten: Jede ist eine Potenz von e, geteilt durch die Summe aller. Der Verlust ist der negative Logarithmus der Wahrscheinlichkeit der richtigen Klasse; 0 ist er also nur für ein Netz, das richtig liegt und sich sicher ist.",
    reconstruction: (values) =>
      `Das Netz sollte das Bild rekonstruieren, das es sah. Der Verlust vergleicht jeden der ${integer(values)} Werte mit seinem Sollwert und ist das Mittel davon.`,
    backwardClasses: "Hier beginnt der Gradient. Nach der Regel für Softmax und Kreuzentropie ist er p − y: die Wahrscheinlichkeit der Klasse, minus 1 bei der richtigen und minus 0 bei den anderen. Ein Schritt gegen ihn hebt den Logit der richtigen Klasse und senkt die übrigen.",
    backwardReconstructed: "Hier beginnt der Gradient: für jeden Wert der letzten Schicht, wie sich der Verlust mit ihm ändern würde. Er ist groß, wo die Rekonstruktion weit daneben liegt.",
    update: "Jedes Gewicht hat jetzt seinen Gradienten, und Adam verschiebt es in die Gegenrichtung. Dazu teilt Adam ein gleitendes Mittel des Gradienten durch ein gleitendes Mittel seines Betrags. Im ersten Schritt stammen beide aus einem einzigen Gradienten, sodass sich sein Betrag wegkürzt: Nur das Vorzeichen bleibt, und das Gewicht ändert sich etwa um die Lernrate.",
    updateLater: "Jedes Gewicht hat jetzt seinen Gradienten, und Adam verschiebt es in die Gegenrichtung. Dazu teilt Adam ein gleitendes Mittel des Gradienten durch ein gleitendes Mittel seines Betrags. Nach dem ersten Schritt unterscheiden sich die beiden: Gewichte, deren Gradient sein Vorzeichen behält, ändern sich weiter etwa um die Lernrate, andere langsamer.",
    again: "Die Gewichte haben sich geändert, das Bild ist dasselbe. Sein Verlust ist noch einmal berechnet.",
    worse: "Er ist gestiegen. Der Gradient weist den Weg nur für einen sehr kleinen Schritt, und dieser war zu groß: Alle Gewichte haben sich zugleich geändert. Eine kleinere Lernrate versuchen.",
    better: "Er ist gesunken, denn jedes Gewicht ging in die Richtung, in der der Verlust kleiner ist. Lernen ist genau das, ein Batch von Bildern nach dem anderen, viele tausend Mal.",
  },
  sheet: {
    map: (n) => `Karte ${n}`,
    colours: ["Rot", "Grün", "Blau"],
    grey: "Grau",
    alt: (what, name) => `${what}: ${name}. Auf einen Wert zeigen oder unten eine Karte auswählen und mit den Pfeiltasten über sie gehen.`,
    altVector: (what) => `${what}, als Zellen. Mit den Pfeiltasten darüber gehen, um einen Wert zu lesen.`,
    choose: "Vergrößert",
    lens: (name) => `${name}, vergrößert. Die Pfeiltasten führen darüber.`,
    at: (name, y, x, value) => `${name}, Zeile ${y}, Spalte ${x}: ${value}`,
    unit: (n, value) => `Zahl ${n}: ${value}`,
    hint: "Auf einen Wert zeigen, um ihn zu lesen.",
    spread: (least, most, mean, zeros) => `Von ${least} bis ${most}, Mittelwert ${mean}. Genau null sind ${zeros}.`,
    norm: (norm, zeros) => `Norm ${norm}. Genau null sind ${zeros}.`,
    meaning: "Grün: Mit diesem Wert würde der Verlust wachsen. Orange: Er würde sinken.",
  },
  classes: {
    caption: "Klasse für Klasse",
    columns: { name: "Klasse", sum: "Logit z", power: "eᶻ", probability: "Wahrscheinlichkeit p", target: "y", difference: "p − y", library: "Gradient" },
    label: "die richtige",
    powers: (power, total, p) => `p = ${power} ÷ ${total} = ${p}`,
    loss: (p, loss) => `Verlust = −log ${p} = ${loss}`,
    same: "Die letzten beiden Spalten stimmen überein: Die eine ist hier berechnet, die andere kam aus der Bibliothek.",
    notSame: "Die letzten beiden Spalten unterscheiden sich stärker, als es Rundung erklärt.",
  },
  reconstruction: {
    picture: "Was es sah",
    output: "Seine Rekonstruktion",
    error: "Verlust je Stelle",
    options: {
      "binary-cross-entropy": "−(x · log o + (1 − x) · log (1 − o))",
      "mean-squared-error": "(o − x)²",
      "mean-absolute-error": "|o − x|",
      huber: "Huber-Verlust von o − x",
    },
    where: (y, x, colour) => `Zum Beispiel der Wert für ${colour} in Zeile ${y}, Spalte ${x}:`,
    values: (target, drawn) => `gesehen x = ${target}, rekonstruiert o = ${drawn}`,
    error1: (formula, error) => `${formula} = ${error}`,
    mean: (count, loss, library) => `Mittel aller ${count} = ${loss}; die Bibliothek sagt ${library}`,
    same: (library) => `${GRADIENT} diesen Wert: ${library}. Er ist derselbe.`,
    differs: (library) => `${GRADIENT} diesen Wert: ${library}. Er weicht stärker ab, als es Rundung erklärt.`,
    derivative: (derivative, count, ours) => `seine Ableitung nach dem Logit, ${derivative} ÷ ${count} = ${ours}`,
  },
  norms: {
    heading: "Wie groß der Gradient ist, Schicht für Schicht",
    caption: "Normen des Gradienten des Verlusts, von der letzten Schicht zur ersten",
    columns: { name: "Schicht", outputs: "Gradient nach den Ausgaben", weights: "Gradient nach den Gewichten" },
    grows: (factor) => `Auf dem Weg von der letzten Schicht zur ersten ist er um den Faktor ${factor} gewachsen.`,
    shrinks: (factor) => `Auf dem Weg von der letzten Schicht zur ersten ist er um den Faktor ${factor} geschrumpft.`,
    keeps: "Auf dem Weg von der letzten Schicht zur ersten hat er seine Größe etwa behalten.",
  },
  chain: {
    heading: "Die Kettenregel in diesen Zahlen",
    dense: (from, to) => `Das Gewicht von Zahl ${from} zu ${to}. Sein Gradient ist das Produkt aus dem, was hineinging, und dem, was zurückkam:`,
    conv: (where, count) =>
      count === 1
        ? `Das Gewicht ${where}. Es wurde an einer einzigen Stelle verwendet, sein Gradient ist also ein einziges Produkt:`
        : `Das Gewicht ${where}. Es wurde an ${integer(count)} Stellen verwendet, sein Gradient ist also die Summe ebenso vieler Produkte. Die größten sind:`,
    kernel: (y, x, from, to) => `in Zeile ${y}, Spalte ${x} des Filters von ${from} zu Karte ${to}`,
    unit: (n) => `Neuron ${n}`,
    columns: { place: "Stelle", input: "Was hineinging", gradient: "Was zurückkam", product: "Produkt" },
    at: (y, x) => `Zeile ${y}, Spalte ${x}`,
    rest: (n) => counted(n, "weiteres", "weitere"),
    sum: "Summe",
    same: (library) => `${GRADIENT} dieses Gewicht: ${library}. Er ist derselbe.`,
    differs: (library) => `${GRADIENT} dieses Gewicht: ${library}. Er weicht stärker ab, als es Rundung erklärt.`,
    another: "Ein anderes Gewicht",
  },
  update: {
    layer: "Schicht",
    unit: (isMap) => (isMap ? "Filter" : "Neuron"),
    rows: { before: "Vorher", gradient: "Gradient", change: "Änderung", after: "Nachher" },
    heading: "Der Schritt von Adam in diesen Zahlen",
    sheets: (unit) => `Die Gewichte, die zu ${unit} führen`,
    columns: { gradient: "Gradient g", change: "Änderung", share: "In Lernraten", before: "Gewicht vorher", after: "Nachher" },
    caption: "Gewichte mit großen und kleinen Gradienten und wie weit sich jedes bewegt hat",
    rate: (rate) => `Die Lernrate ist ${rate}.`,
    formula: (rate, g, size, change) => `−${rate} × ${g} ÷ (${size} + 0,000003) = ${change}`,
    formulaProse: "Die erste Änderung von Adam ist −Lernrate × g ÷ (|g| + eine sehr kleine Zahl, die eine Division durch null verhindert). Für die erste Zeile:",
    census: (full, idle) =>
      `Von allen Gewichten des Netzes haben sich ${full} um die Lernrate geändert, bis auf ein Zehntel genau, und ${idle} haben in diesem Schritt keinen Gradienten.`,
    norms: (before, change) => `Die Gewichte dieser Schicht hatten die Norm ${before}; die Änderung hat die Norm ${change}.`,
    at: (where, before, gradient, after) => `${where}: vorher ${before}, Gradient ${gradient}, nachher ${after}`,
  },
  after: {
    before: "Verlust vorher",
    after: "Verlust nachher",
    columns: { name: "Klasse", before: "Vorher", after: "Nachher" },
    probabilities: "Wahrscheinlichkeiten vor und nach dem Schritt",
    another: "Noch einen Schritt machen",
    steps: "Verlust nach jedem Schritt",
    table: "Diese Verluste als Tabelle",
    line: (all) => `Verlust nach jedem Schritt: ${all}`,
    count: (n) => `${counted(n, "Schritt", "Schritte")} gemacht`,
    begin: "vorher",
    column: "Schritt",
  },
};
