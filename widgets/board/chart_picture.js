// A chart as a picture: what is on the screen now, under its title and step, on the theme's colour.

const TITLE_PX = 40; // above the chart, which has its title in the card's head
const SHARPNESS = 2; // pixels of a PNG in each of the screen

/** Resolves to what a file of the chart holds, as "png" or "svg". */
export async function chartPicture(Plotly, chart, title, format) {
  const style = getComputedStyle(chart);
  const colour = (name) => style.getPropertyValue(name).trim();
  const { margin, width, height, font, ...layout } = chart.layout;
  const page = colour("--dl-card");
  const figure = {
    data: chart.data.map((trace) => ({ ...trace })),
    layout: {
      ...structuredClone(layout),
      width,
      height: height + TITLE_PX,
      margin: { ...margin, t: (margin?.t ?? 0) + TITLE_PX },
      font: { ...font, color: colour("--dl-soft") },
      title: { text: title, x: 0.01, y: 1, yref: "container", yanchor: "top", pad: { t: 12 }, font: { color: colour("--dl-ink"), size: 16 } },
      paper_bgcolor: page,
    },
  };
  const scale = format === "png" ? SHARPNESS : 1;
  const made = await Plotly.toImage(figure, { format, width, height: height + TITLE_PX, scale, imageDataOnly: true });
  return format === "svg" ? made : Uint8Array.from(atob(made), (character) => character.charCodeAt(0));
}
