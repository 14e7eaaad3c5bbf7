// What the page itself says, in German: bar, model, settings, computing, charts, reconstructions, faults, errors.
// The words of the sections lie beside it.

import { either, integer, local, size, wholePercent } from "../../format.js";


/** @type {Pick<typeof import("../../strings.js").text, "skip"|"unnamed"|"more"|"masthead"|"sections"|"bar"|"runNames"|"element"|"model"|"settings"|"compute"|"charts"|"compare"|"table"|"reconstructions"|"fault"|"dismiss"|"retry"|"footer"|"errors">} */
export const page = {
  skip: "Zu den Abschnitten springen",
  unnamed: "(ohne Namen)",
  more: "Mehr",
  masthead: {
    name: "tabgrad",
    heading: "In diesem Tab lernt ein Netz",
    lead: "Nichts wird installiert, und nichts verlässt diesen Rechner.",
  },

  sections: {
    pictures: "Bilder",
    train: "Ein Modell",
    cnns: "Sechs CNNs",
    studio: "Autoencoder",
    stacked: "Gestapelt",
    lesson: "Ein Schritt",
    learned: "Was es gelernt hat",
    keep: "Aufbewahren",
  },

  bar: {
    contents: "Abschnitte dieser Seite",
    run: "Der aktuelle Lauf",
    progress: "Fortschritt des Laufs",
    pause: "Pause",
    resume: "Weiter",
    paused: "pausiert",
    stop: "Stopp",
    stopAll: "Alle stoppen",
    waiting: (n) => `${integer(n)} ${n === 1 ? "wartet" : "warten"}`,
  },

  runNames: {
    model: (model, seed) => `${model}, Seed ${seed}`,
    within: (name) => name,
    epochs: (n) => (n === 1 ? "1 Epoche" : `${integer(n)} Epochen`),
    patience: (n) => (n === null ? "ohne Early Stopping" : `Early Stopping nach ${integer(n)}`),
    aspect: (name, value) => `${name} ${value}`,
    started: (moment) => `begonnen am ${moment}`,
    number: (n) => `Nr. ${n}`,
  },

  element: {
    open: "Öffnen",
    opening: "Wird geöffnet…",
    promise: "Trainiert in dieser Seite, auf diesem Rechner. Nichts wird installiert und nichts versendet.",
    unknown: (section, names) => `Dieses Element nennt den Abschnitt „${section}“; möglich ist ${either(names)}.`,
    failed: (why) => `Das Labor ließ sich nicht öffnen. ${why} Die Seite neu laden und es erneut versuchen.`,
  },

  model: {
    kinds: { classifier: "Klassifikatoren", autoencoder: "Autoencoder" },
    choose: "Modell",
    fixed: "Modell und Einstellungen lassen sich erst wieder ändern, wenn der Lauf zu Ende ist.",
    waiting: "Warten auf das Trainingsprogramm",
    open: "Modelldatei öffnen…",
    openHint: "Eine JSON-Datei mit Schichten, wie --print-spec sie im Terminal ausgibt. Sie bleibt auf diesem Rechner.",
    reading: "Das Modell wird gelesen…",
    own: "Ein eigenes Modell.",
    fromAddress: "Die Adresse",
    nameTaken: (name) => `${name} heißt hier schon ein anderes Modell. Dem eigenen unter „name“ einen anderen Namen geben.`,
    tooLarge: (name, most) => `${name} hat mehr als ${integer(most)} Bytes; so viele braucht kein Modell. Eine JSON-Datei mit einem Modell auswählen.`,
    unread: (name) => `${name} kam nicht rechtzeitig. Die Verbindung prüfen und erneut versuchen.`,
    nowhere: (given) => `„${given}“ ist weder ein Modell in JSON noch der Pfad einer Datei auf dieser Website.`,
    elsewhere: (address) =>
      `Die Adresse verlangt ein Modell von ${address}. Ein Link darf diese Seite nicht zu einer anderen Website schicken: Die Datei neben die Seite legen oder von der Festplatte öffnen.`,
    summary: (name) => `Schichten von ${name}`,
    columns: { layer: "Schicht", shape: "Ausgabeform", parameters: "Parameter" },
    totals: { total: "Insgesamt", trainable: "Trainierbar", nonTrainable: "Nicht trainierbar" },
    slow: ({ multiplyAdds, layer, share }) =>
      `Dieses Netz ist langsam, vor allem auf der CPU: Ein Bild kostet ${integer(multiplyAdds / 1e6)} Millionen Multiply-Adds, davon ${wholePercent(share)} in ${layer}. Weniger Filter dort oder eine frühere Pooling-Schicht machen es schneller.`,
    folded: (name, layers, parameters) => `Schichten von ${name}: ${integer(layers)}, mit ${integer(parameters)} Parametern`,
    shapeNote: "N ist die Batchgröße: die Zahl der Bilder, die gleichzeitig durch das Netz gehen.",
  },

  settings: {
    heading: "Einstellungen",
    labels: {
      epochs: "Epochen",
      batchSize: "Batchgröße",
      learningRate: "Lernrate",
      seed: "Seed",
      patience: "Early Stopping nach",
      padding: "Padding",
      output: "Ausgabe",
      loss: "Verlust",
      noise: "Rauschen",
      noiseLevel: "Rauschstärke",
    },
    hints: { patience: "Epochen ohne Verbesserung" },
    off: "aus",
    options: {
      valid: "valid",
      same: "same",
      sigmoid: "sigmoid",
      relu: "relu",
      "binary-cross-entropy": "binäre Kreuzentropie",
      "mean-squared-error": "mittlerer quadratischer Fehler",
      none: "keines",
      gaussian: "Gauß-Rauschen",
      "salt-and-pepper": "Salz und Pfeffer",
      masking: "Maskierung",
    },
  },

  compute: {
    label: "Rechengerät",
    workers: "CPU-Worker",
    noReplicas: (why) => `Weitere Worker ließen sich nicht starten; deshalb trainiert nur einer. ${why}`,
    choices: { auto: "das schnellere", webgpu: "WebGPU", cpu: "CPU", ndarray: "ndarray (langsam)" },
    names: { flex: "CPU", wgpu: "WebGPU", ndarray: "ndarray" },
    looking: "Es wird nach einer GPU gesucht.",
    onCpu: (why) => `Es rechnet die CPU. ${why}`,
    cpuChosen: "Es rechnet die CPU, weil sie ausgewählt ist.",
    ndarrayChosen: "Es rechnet burn-ndarray, weil es ausgewählt ist. Es dient nur zum Vergleich.",
    gpuChosen: (adapter) => `Es rechnet WebGPU (${adapter}), weil es ausgewählt ist.`,
    cannot: (why) => `WebGPU ist ausgewählt, kann hier aber nicht rechnen. ${why} Die CPU auswählen.`,
    willMeasure: (adapter) =>
      `Es gibt eine GPU (${adapter}). Nach „Start“ wird dieses Modell auf beiden Geräten einige Sekunden lang erprobt; das schnellere trainiert dann.`,
    measured: (adapter, model, batch, { wgpu, flex }) =>
      `Es rechnet ${wgpu > flex ? "WebGPU" : "die CPU"}: Beim Training von ${model} mit Batchgröße ${batch} schaffte WebGPU (${adapter}) hier ${integer(wgpu)} Bilder pro Sekunde, die CPU ${integer(flex)}.`,
    stages: {
      loading: "Das Programm für die GPU wird geladen…",
      preparing: "Die GPU-Kernel für dieses Modell werden übersetzt…",
      checking: "GPU und CPU werden verglichen, Operator für Operator…",
      gpu: "Die GPU wird an diesem Modell gemessen…",
      cpu: "Die CPU wird an diesem Modell gemessen…",
    },
    skip: "Überspringen und auf der CPU trainieren",
    skipped: "Die Prüfung der GPU wurde übersprungen. Die CPU auswählen oder die Prüfung zu Ende laufen lassen.",
    check: "GPU prüfen",
    checking: "Die GPU wird geprüft…",
    look: "Noch einmal suchen",
    again: "Neu messen",
    table: (model) => `GPU und CPU im Vergleich, an den Operatoren von ${model}`,
    allAgree: (n, tolerance) =>
      `Alle ${n} Tensoren stimmen überein. Angegeben ist die größte Abweichung, bezogen auf den größten Wert des Tensors; zulässig ist höchstens ${local(String(tolerance))}.`,
    someDiffer: (wrong, n, tolerance) =>
      `${wrong} von ${n} Tensoren ${wrong === 1 ? "weicht" : "weichen"} um mehr als das ${local(String(tolerance))}-Fache des jeweils größten Werts ab. Diese GPU oder ihr Treiber rechnet etwas falsch. Deshalb trainiert die CPU.`,
    columns: { tensor: "Tensor", difference: "Abweichung", verdict: "" },
    agrees: "stimmt überein",
    differs: "weicht ab",
    unsound: (model) =>
      `Die GPU berechnet nicht alles, was ${model} braucht, so wie die CPU; deshalb wird sie nicht verwendet. Die Tabelle unter den Einstellungen zeigt, wo sie abweicht. Vielleicht hilft ein neuerer Grafiktreiber.`,
    notTried: (why) => `Die GPU ließ sich nicht erproben; deshalb trainiert die CPU. ${why}`,
    notTimed: "Die Uhr dieses Browsers ist zu ungenau, um das schnellere Gerät zu bestimmen; deshalb trainiert die CPU. Um auf der GPU zu trainieren, WebGPU auswählen.",
    notChecked: (why) => `Die GPU ließ sich nicht prüfen. ${why}`,
    noWebGpu: "Dieser Browser hat kein WebGPU.",
    noAdapter: "Dieser Browser hat WebGPU, hat aber keinen Grafikadapter dafür gefunden.",
    noTimestamps: "Diesem Grafikadapter fehlen die Timestamp-Queries von WebGPU, die das Programm für die GPU braucht.",
    tooSmall: (limit, found, least) => `Dieser Grafikadapter ist zu klein: Sein ${limit} ist ${found}, gebraucht wird ${least}.`,
    tooLargeBatch: ({ model, batchSize }, bytes, most, fits) =>
      `Ein Batch aus ${integer(batchSize)} Bildern ist zu groß für diese GPU: ${model} macht daraus Merkmalskarten von ${size(bytes)}, und diese GPU nimmt höchstens ${size(most)} auf einmal. ${fits > 0 ? `Eine Batchgröße bis ${integer(fits)} wählen oder auf der CPU trainieren.` : "Auf der CPU trainieren."}`,
    notServed: "Es gibt eine GPU, aber das Programm für sie ist noch nicht da.",
    unnamed: "Adapter ohne Namen",
    software: (name) => `${name}, in Software nachgebildet`,
    failedHere: "Die GPU ist bei diesem Besuch ausgefallen. Für einen neuen Versuch die Seite neu laden.",
    lost: (why) =>
      `Die GPU ist ausgefallen (${why}). Die Gewichte auf ihr sind verloren; die bisherigen Kurven bleiben. Mit falschen Zahlen wurde nichts trainiert.`,
    silent: "sie antwortet nicht mehr",
    outOfMemory:
      "Der Speicher der GPU reicht für diesen Batch nicht. Die bisherigen Kurven bleiben. Auf der CPU trainieren oder die Seite neu laden und eine kleinere Batchgröße wählen.",
    refusedKernel: (why) =>
      `Die GPU hat einen Kernel oder einen Befehl abgewiesen; ihren Zahlen ist nicht zu trauen, und der Lauf ist beendet. Die bisherigen Kurven bleiben. Ihre Meldung: ${why}`,
  },

  charts: {
    loss: "Verlust",
    accuracy: "Genauigkeit",
    pixelAccuracy: "„accuracy“ von Keras",
    training: "Training",
    validation: "Test",
    empty: "Hier wird die Kurve gezeichnet.",
    x: "Epochen",
    alt: (title) => `${title} nach Epochen, auf Trainings- und Testbildern. Die Tabelle „Werte nach Epochen“ enthält dieselben Zahlen.`,
    smoothed: "Die Trainingskurve ist über die letzten Schritte geglättet.",
    belowTest: "Hier liegt die Trainingsgenauigkeit einer Epoche unter der Testgenauigkeit, und das ist kein Fehler. Die Trainingsgenauigkeit ist der Mittelwert über die Schritte der Epoche, in denen sich die Gewichte noch ändern und Dropout und Augmentierung, wo es sie gibt, eingeschaltet sind. Die Testgenauigkeit wird nach der Epoche gemessen, mit den besseren Gewichten am Ende und ohne Dropout und Augmentierung.",
    table: "Werte nach Epochen",
    noEpochs: "Die erste Zeile erscheint, wenn die erste Epoche zu Ende ist.",
    columns: {
      epoch: "Epoche",
      loss: "Verlust",
      accuracy: "Genauigkeit",
      valLoss: "Testverlust",
      valAccuracy: "Testgenauigkeit",
      mse: "MSE",
      psnr: "PSNR",
      ssim: "SSIM",
    },
  },

  compare: {
    values: "Die Werte",
    table: (title) => `${title}: die Werte`,
    alt: (title, names) => (names.length > 0 ? `${title}. Kurven von ${names.join(", ")}.` : `${title}. Noch keine Kurve.`),
  },

  table: { sorts: "Ein Klick auf den Namen einer Spalte sortiert nach ihr." },

  reconstructions: {
    heading: "Rekonstruktionen",
    prose: "Acht Testbilder, die das Netz während des Lernens etwa einmal pro Sekunde rekonstruiert. Trainiert wurde es mit ihnen nie. Die letzte Reihe zeigt, wo sich Bild und Rekonstruktion unterscheiden: je dunkler, desto ähnlicher.",
    rows: {
      inputs: "Bild",
      corrupted: "Was das Netz sieht",
      outputs: "Rekonstruktion",
      differences: "Differenz × 3",
    },
    alt: (row, n, name) => `${row} ${n}: ${name}`,
    at: (step) => (step === 0 ? "Vor dem ersten Schritt" : `Nach Schritt ${integer(step)}`),
    waiting: "Sie erscheinen, sobald das Training beginnt.",
    measures: {
      mse: { name: "MSE", meaning: "mittlerer quadratischer Fehler eines Pixelwerts zwischen 0 und 1; kleiner ist besser" },
      psnr: { name: "PSNR", meaning: "der MSE auf einer logarithmischen Skala, 10 · log₁₀(1 ÷ MSE), in Dezibel; größer ist besser" },
      ssim: { name: "SSIM", meaning: "Ähnlichkeit der lokalen Struktur; 1 bedeutet dasselbe Bild" },
      accuracy: {
        name: "„accuracy“ von Keras",
        meaning: "Anteil der Pixel, deren stärkster Kanal (Rot, Grün oder Blau) übereinstimmt. Keras gibt ihn unter diesem Namen aus; darüber, wie gut ein Bild aussieht, sagt er wenig",
      },
    },
    meaningless: {
      accuracy: "sagt hier nichts: Die meisten Pixel sind grau und haben keinen stärksten Kanal",
      ssim: "sagt hier nichts: Die meisten Bilder sind einfarbig und haben keine Struktur",
    },
    measured: "Über alle Testbilder, nach der letzten Epoche.",
    denoising: {
      input: "PSNR der verrauschten Eingabe",
      output: "PSNR ihrer Rekonstruktion",
      meaning: (pictures) => `über die ${integer(pictures)} gezeigten Testbilder, nicht über alle; ein Netz, das entrauscht, liegt über seiner Eingabe`,
      told: (input, output, pictures, better) =>
        `Über diese ${integer(pictures)} Bilder hat die verrauschte Eingabe ein PSNR von ${input}, die Rekonstruktion eines von ${output}: Das Netz macht die Bilder ${better ? "besser" : "schlechter"}.`,
    },
  },

  fault: {
    headings: {
      restart: "Das Trainingsprogramm läuft nicht mehr",
      cpu: "Die GPU ist ausgefallen",
      window: "Diese Seite kann hier nicht trainieren",
      reload: "Zwei Versionen sind vermischt",
    },
    restart: "Trainingsprogramm neu starten",
    onCpu: "Auf der CPU weitertrainieren",
    reload: "Ohne Cache neu laden",
    window: (address) => `${address} in einem eigenen Fenster öffnen`,
  },
  dismiss: "Ausblenden",
  retry: "Erneut versuchen",
  footer: "Alles wird auf diesem Rechner berechnet, in WebAssembly, kompiliert aus Rust.",

  errors: {
    noPictures: (why) => `Die Bilder ließen sich nicht laden. ${why}`,
    notServed: (path, status) =>
      `Die Bilder ließen sich nicht laden: Der Server antwortete auf ${path} mit ${status}. Prüfen, ob der Datenordner neben der Seite auf dem Server liegt.`,
    outside: (file) => `Das Manifest nennt „${file}“; das ist keine Datei seines Ordners. Die Daten mit data-prep neu erzeugen.`,
    cutOff: (path) => `Die Bilder ließen sich nicht laden: ${path} brach mittendrin ab. Erneut versuchen.`,
    keptDamaged: (why) =>
      `Die Bilder, die in diesem Browser aufbewahrt werden, ließen sich nicht lesen; deshalb werden die mitgelieferten verwendet. ${why}`,
    notKept: (why) => `Diese Bilder werden jetzt verwendet, ließen sich aber nicht für den nächsten Besuch aufbewahren: ${why}`,
    fileTooLarge: (path, is, most) => `${path} hat ${is}; gelesen werden Dateien bis ${most}. Nur einen Teil davon geben.`,
    cancelled: "Der Import wurde abgebrochen.",
    notComplete: "Die Bilder sind noch nicht vollständig da. Warten, bis sie es sind, und dann starten.",
    busy: "Ein Lauf trainiert gerade. Ihn stoppen, bevor die Bilder gewechselt werden.",
    runNotKept: (why) => `In diesem Browser lassen sich keine Läufe aufbewahren; beim Neuladen gehen sie verloren. ${why}`,
    runElsewhere: "Diesen Lauf trainiert gerade ein anderer Tab. Ihn dort stoppen oder sein Ende abwarten.",
    runNotHere: "Die Gewichte dieses Laufs werden in diesem Browser nicht aufbewahrt. Ihn noch einmal trainieren.",
    otherData: (name) =>
      `Dieser Lauf hat mit anderen Bildern gelernt (${name}). Diese wieder laden, um ihn zu befragen oder fortzusetzen.`,
    noTrace: "Noch gibt es kein Netz, dessen Schritt sich zeigen lässt. Erst ein Modell auswählen.",
    notLoaded: (why) =>
      `Das Trainingsprogramm ließ sich nicht laden: ${why} Die Seite neu laden oder das Programm unten neu starten.`,
    crashed: (why) =>
      `Im Trainingsprogramm ist ein Fehler aufgetreten, nach dem es nicht weiterlaufen kann (${why}). Sein Lauf kann ab dem Stand weitergehen, der aufbewahrt wurde; die Bilder und die Einstellungen bleiben.`,
    dead: "Das Trainingsprogramm läuft nicht mehr. Es neu starten.",
    noReason: "kein Grund angegeben",
    unknownModel: (name) =>
      `Die Adresse verlangt ein Modell namens „${name}“, das es nicht gibt. Stattdessen ist das erste ausgewählt.`,
    unknownSection: (section, names) =>
      `Die Adresse verlangt den Abschnitt „${section}“, den es nicht gibt; möglich ist ${either(names)}. Angezeigt wird die ganze Seite.`,
    unknownPart: (name, has) =>
      `Nichts heißt hier „${name}“; deshalb lässt es sich weder verbergen noch sperren. Es gibt ${has.join(", ")}.`,
    unknownKey: (key, section, has) =>
      `In der Adresse steht „${key}“, doch eine solche Einstellung hat der Abschnitt „${section}“ nicht${has.length > 0 ? `; er hat ${has.join(", ")}` : ""}. Sie wird nicht verwendet.`,
    notAnOption: (label, typed, options) => `${label}: „${typed}“ gibt es hier nicht; möglich ist ${either(options)}.`,
  },
};
