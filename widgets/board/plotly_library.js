// plotly.js, which a page loads once: from the server where that has it as a file, otherwise from the kernel.

const EARLY_PLOTLY = Symbol.for("descent-lab.early-plotly"); // the page's head may have begun to load it
const SHARED_PLOTLY = Symbol.for("descent-lab.plotly");
const PLOTLY_TIMEOUT_MS = 90_000;

/** Resolves to plotly.js, which all boards of a page share. */
export function plotly(model) {
  globalThis[SHARED_PLOTLY] ??= loadPlotly(model).catch((error) => {
    delete globalThis[SHARED_PLOTLY]; // the next board may have a kernel that answers
    throw error;
  });
  return globalThis[SHARED_PLOTLY];
}

async function loadPlotly(model) {
  return (await globalThis[EARLY_PLOTLY]) ?? requestPlotly(model);
}

async function requestPlotly(model) {
  const packed = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the kernel sent no plotly.js")), PLOTLY_TIMEOUT_MS);
    model.on("msg:custom", function receive(content, buffers) {
      if (content.kind !== "plotly") return;
      clearTimeout(timer);
      model.off("msg:custom", receive);
      resolve(buffers[0]);
    });
    model.send({ kind: "plotly" });
  });
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return evaluatePlotly(await new Response(stream).text());
}

function evaluatePlotly(source) {
  const before = globalThis.Plotly; // the bundle overwrites it, and another program may need its own
  (0, eval)(source); // in the global scope: a function's body would be parsed twice
  const loaded = globalThis.Plotly;
  globalThis.Plotly = before;
  return loaded;
}
