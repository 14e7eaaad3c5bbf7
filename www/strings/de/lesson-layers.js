// What each layer does to what goes into it, and to the gradient that comes back, in German.

import { integer, local } from "../../format.js";

/** @param {unknown} size  one number for both, a pair, or nothing @param {number} otherwise */
const pair = (size, otherwise = 1) => (Array.isArray(size) ? size.map(Number) : [Number(size ?? otherwise), Number(size ?? otherwise)]);
const by = (/** @type {unknown} */ size, otherwise = 1) => pair(size, otherwise).join(" × ");
/** Whether windows of two by two lie side by side. @param {Record<string, unknown>} settings */
const byTwo = ({ pool_size, size, strides }) =>
  [...pair(pool_size ?? size, 2), ...pair(strides, 2)].every((side) => side === 2);
const share = (/** @type {unknown} */ rate) => `${integer(Math.round(Number(rate ?? 0) * 100))} %`;
/** A setting with a decimal comma. @param {unknown} value */
const decimal = (value) => local(String(Number(value)));

/** What a function does to a layer's sums; nothing where there is none. @type {Record<string, string>} */
const FUNCTIONS = {
  relu: "Die Funktion relu setzt Summen unter null auf null.",
  leaky_relu: "Die Funktion leaky relu lässt von Summen unter null ein Fünftel übrig.",
  elu: "Die Funktion elu biegt Summen unter null ab, sodass keine unter −1 fällt.",
  gelu: "Die Funktion gelu lässt große Summen durch und zieht Summen weit unter null auf null, in einer einzigen glatten Kurve.",
  silu: "Die Funktion silu lässt große Summen durch und zieht Summen weit unter null auf null, in einer einzigen glatten Kurve.",
  tanh: "Die Funktion tanh staucht die Summen auf Werte zwischen −1 und 1.",
  sigmoid: "Die Funktion sigmoid staucht die Summen auf Werte zwischen 0 und 1.",
  softmax: "Die Funktion softmax macht aus den Summen Anteile, die zusammen 1 ergeben.",
};

/** @param {Record<string, unknown>} settings */
const functionOf = ({ activation }) => FUNCTIONS[String(activation)] ?? "";

const sentences = (/** @type {string[]} */ ...all) => all.filter(Boolean).join(" ");

/** The maps that a filter sees: all of the layer before, or those of its group. @param {number} n @param {boolean} grouped */
const mapsBefore = (n, grouped) =>
  `${n === 1 ? "für die eine Karte davor" : `für jede der ${n} Karten davor`}${grouped ? " in seiner Gruppe" : ""}`;

/** @type {typeof import("../lesson-layers.js").forward} */
export const forward = {
  Conv2D: ({ settings, kernel: [height, width, from] }) =>
    sentences(
      `Jede Karte entsteht durch einen eigenen Filter: ${height} × ${width} Gewichte ${mapsBefore(from, Number(settings.groups ?? 1) > 1)}, über alle Stellen geschoben. Wo er findet, wonach er sucht, tritt seine Karte hervor.`,
      functionOf(settings),
    ),
  Conv2DTranspose: ({ settings, kernel: [height, width] }) =>
    sentences(
      `Eine umgekehrte Faltung: Jeder Wert wird für jede neue Karte mit den Gewichten eines Filters multipliziert und auf ${height} × ${width} Stellen verteilt; was auf dieselbe Stelle fällt, wird addiert.`,
      functionOf(settings),
    ),
  Dense: ({ settings, kernel: [from] }) =>
    sentences(`Jedes Neuron addiert alle ${integer(from)} Zahlen davor, jede mit einem eigenen Gewicht multipliziert, und dazu einen Bias.`, functionOf(settings)),
  MaxPooling2D: ({ settings }) =>
    byTwo(settings)
      ? "Von je vier Nachbarn geht nur der größte weiter. Höhe und Breite halbieren sich; wo genau er stand, ist vergessen."
      : `Von den Werten in einem Fenster von ${by(settings.pool_size, 2)} geht nur der größte weiter; wo genau er stand, ist vergessen.`,
  AveragePooling2D: ({ settings }) =>
    byTwo(settings) ? "Aus je vier Nachbarn wird ihr Mittelwert. Höhe und Breite halbieren sich." : `Aus den Werten in einem Fenster von ${by(settings.pool_size, 2)} wird ihr Mittelwert.`,
  GlobalAveragePooling2D: () => "Von jeder Karte geht nur der Mittelwert weiter.",
  GlobalMaxPooling2D: () => "Von jeder Karte geht nur der größte Wert weiter; wo er stand, ist vergessen.",
  UpSampling2D: ({ settings }) =>
    settings.interpolation === "bilinear"
      ? `Höhe und Breite wachsen auf das ${by(settings.size, 2)}-Fache; jeder neue Wert ist aus seinen nächsten Nachbarn gemischt.`
      : byTwo({ size: settings.size }) ? "Aus jedem Wert wird ein Block aus vier gleichen, sodass sich Höhe und Breite verdoppeln." : `Aus jedem Wert wird ein Block von ${by(settings.size, 2)}.`,
  BatchNormalization: () => "Jede Karte wird verschoben und skaliert.",
  LayerNormalization: () => "Die Zahlen jeder Stelle werden auf Mittelwert 0 und Varianz 1 gebracht, dann mit gelernten Gewichten skaliert und verschoben.",
  GroupNormalization: () => "Die Karten bilden Gruppen. Die Zahlen jeder Gruppe werden auf Mittelwert 0 und Varianz 1 gebracht, dann mit gelernten Gewichten skaliert und verschoben.",
  Activation: ({ settings }) => functionOf(settings),
  LeakyReLU: ({ settings }) => `Zahlen unter null werden im Betrag kleiner: Jede wird mit ${decimal(settings.negative_slope)} multipliziert.`,
  Dropout: ({ settings }) => `Im Training werden ${share(settings.rate)} der Zahlen null, in jedem Schritt neu ausgelost; die anderen wachsen zum Ausgleich.`,
  SpatialDropout2D: ({ settings }) => `Im Training werden ${share(settings.rate)} der Karten null, in jedem Schritt neu ausgelost; die anderen wachsen zum Ausgleich.`,
  GaussianNoise: ({ settings }) => `Im Training bekommt jede Zahl Rauschen mit einer Standardabweichung von ${decimal(settings.stddev)}, in jedem Schritt neu gezogen.`,
  Flatten: ({ shape: [, , channels = 0] }) =>
    `Hier wird nichts gerechnet: Aus den Karten wird eine lange Reihe von Zahlen.${channels ? ` Hier ist sie gefaltet, mit einer Zeile für jede Stelle und ${channels === 1 ? "ihrem einen Kanal" : `ihren ${channels} Kanälen nebeneinander`}.` : ""}`,
  Sampling: () => "Die erste Hälfte der Zahlen sind Mittelwerte, die zweite die Logarithmen von Varianzen. Im Training wird jede Zahl, die weitergeht, neu aus der Normalverteilung ihres Paares gezogen; danach ist sie der Mittelwert.",
  Reshape: () => "Hier wird nichts gerechnet: Dieselben Zahlen bekommen eine andere Form.",
  ZeroPadding2D: () => "Um jede Karte werden Zeilen und Spalten aus Nullen gelegt.",
  Cropping2D: () => "An den Rändern jeder Karte werden Zeilen und Spalten abgeschnitten.",
  Residual: ({ kernel }) =>
    `Was in den Block hineinging, wird${kernel.length > 0 ? ", nach einer 1 × 1-Faltung, die ihm dieselbe Form gibt," : ""} zu dem addiert, was aus ihm herauskam. Der Block lernt also nur, was zu ändern ist.`,
};

/** What becomes of the gradient of the layer before, by the layer behind it. @type {typeof import("../lesson-layers.js").backward} */
export const backward = {
  Conv2D: () => "Jeder Wert lag unter vielen Fenstern der Filter dahinter. Er bekommt die Gradienten aller dieser Fenster, jeden multipliziert mit dem Gewicht, auf das er dort traf, und addiert.",
  Conv2DTranspose: () => "Jeder Wert wurde auf die Stellen eines Fensters verteilt. Er bekommt die Gradienten aller dieser Stellen, jeden multipliziert mit dem Gewicht auf dem Weg, und addiert.",
  Dense: () => "Jeder Wert ging in jedes Neuron dahinter ein. Er bekommt also die Gradienten aller dieser Neuronen, jeden multipliziert mit dem Gewicht auf dem Weg, und addiert.",
  MaxPooling2D: ({ settings }) =>
    byTwo(settings)
      ? "Nur der größte von je vier Werten ging weiter, also wirkt nur er auf den Verlust. Der Gradient der anderen drei ist genau null."
      : "Nur der größte Wert eines Fensters ging weiter, also bekommt nur er dessen Gradienten. Werte, die nirgends die größten waren, bekommen genau null.",
  AveragePooling2D: ({ settings }) =>
    byTwo(settings) ? "Jeder von vier Nachbarn bekommt ein Viertel des Gradienten ihres Mittelwerts." : "Jeder Wert bekommt seinen Anteil am Gradienten jedes Mittelwerts, in den er einging.",
  GlobalAveragePooling2D: () => "Jeder Wert einer Karte bekommt den gleichen Anteil am Gradienten ihres Mittelwerts.",
  GlobalMaxPooling2D: () => "Nur der größte Wert jeder Karte ging weiter, also bekommt nur er einen Gradienten. Der aller anderen ist genau null.",
  UpSampling2D: ({ settings }) =>
    settings.interpolation === "bilinear"
      ? "Jeder Wert ging in mehrere Stellen dahinter ein und bekommt seinen Anteil an ihren Gradienten."
      : byTwo({ size: settings.size }) ? "Jeder Wert stand an vier Stellen und bekommt die Summe ihrer Gradienten." : "Jeder Wert stand an allen Stellen seines Blocks und bekommt die Summe ihrer Gradienten.",
  BatchNormalization: () => "Der Gradient kommt durch Verschiebung und Skalierung zurück.",
  LayerNormalization: () => "Der Gradient kommt durch die Skalierung zurück, ohne den Teil, der nur Mittelwert und Varianz ändern würde.",
  GroupNormalization: () => "Der Gradient kommt durch die Skalierung zurück, ohne den Teil, der nur Mittelwert und Varianz ändern würde.",
  Activation: () => "Jeder Gradient wird damit multipliziert, wie steil die Funktion an ihrer Summe war.",
  LeakyReLU: ({ settings }) => `Wo die Zahl unter null lag, wird der Gradient mit ${decimal(settings.negative_slope)} multipliziert.`,
  Dropout: () => "Was ausfiel, wirkt nicht auf den Verlust: Sein Gradient ist null. Die Gradienten der anderen wachsen wie diese selbst.",
  SpatialDropout2D: () => "Karten, die ausfielen, wirken nicht auf den Verlust: Ihr Gradient ist null. Die Gradienten der anderen wachsen wie diese selbst.",
  GaussianNoise: () => "Das Rauschen wurde nur addiert, also kommt der Gradient unverändert zurück.",
  Flatten: () => "Dieselben Gradienten wie dahinter, wieder zu Karten gefaltet.",
  Sampling: () => "Jeder Mittelwert bekommt den Gradienten der Zahl, die um ihn herum gezogen wurde, und jede Varianz bekommt ihn multipliziert mit dem Abstand dieser Zahl vom Mittelwert. Zu beiden kommt hinzu, was der Verlust für die Abweichung von der Standardnormalverteilung verlangt.",
  Reshape: () => "Dieselben Gradienten wie dahinter, in der früheren Form.",
  ZeroPadding2D: () => "Die Gradienten der Nullen werden abgeschnitten; die anderen kommen unverändert zurück.",
  Cropping2D: () => "Was abgeschnitten wurde, wirkt nicht auf den Verlust: Sein Gradient ist null.",
  Residual: () => "Eine Summe gibt ihren Gradienten unverändert an jeden Summanden weiter.",
};

/** How a layer's own function changes the gradient on its way to its sums.
 * @type {typeof import("../lesson-layers.js").ownFunction} */
export function ownFunction({ activation = "linear" }, zeros) {
  if (activation === "linear") return "";
  if (activation === "relu") return `Bei ${zeros} der Werte dieser Schicht ergab ihre eigene relu null: Dort geht der Gradient nicht weiter.`;
  return `Auf dem Weg zu den Summen der Schicht wird jeder Gradient damit multipliziert, wie steil ihre eigene Funktion ${String(activation).replace("_", " ")} dort war.`;
}
