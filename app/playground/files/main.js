// Which view is shown, and what both need to know of the service.

import { get, key } from "./api.js";
import { byId, el, replace, visible } from "./dom.js";
import * as log from "./log.js";
import * as single from "./single.js";

const EMPTY = { recipes: [{ name: "accuracy", components: [] }], verifiers: [] };

async function main() {
  showView();
  window.addEventListener("hashchange", showView);
  const known = await catalogue();
  single.setUp(known);
  log.setUp(known);
  window.addEventListener("hashchange", openLink);
  byId("key").addEventListener("change", () => location.reload());
  document.documentElement.dataset.ready = "yes";
  await openLink();
}

function showView() {
  const isLog = location.hash === "#log";
  byId("log").hidden = !isLog;
  byId("one").hidden = isLog;
  for (const [id, is] of [["tab-log", isLog], ["tab-one", !isLog]]) {
    if (is) byId(id).setAttribute("aria-current", "page");
    else byId(id).removeAttribute("aria-current");
  }
}

async function openLink() {
  const link = /^#one=(.+)$/.exec(location.hash)?.[1];
  if (link) await single.open(link);
}

async function catalogue() {
  rememberKey();
  try {
    const [{ recipes }, { verifiers }, about] = await Promise.all([get("/v1/recipes"), get("/v1/verifiers"), get("/version")]);
    byId("version").textContent = visible(`release ${about.version}, scoring ${about.scoring_version}, code ${about.code}`);
    return { recipes, verifiers };
  } catch (error) {
    const wantsKey = error.status === 401;
    byId("key-box").open = wantsKey;
    const words = wantsKey ? "This service wants a key: give it under Key." : `The service cannot be asked: ${error.message}`;
    replace(byId("verdict"), el("p", { class: "error", role: "alert" }, visible(words)));
    return EMPTY;
  }
}

/** The key lives as long as the tab. */
function rememberKey() {
  byId("key").value = sessionStorage.getItem("key") ?? "";
  byId("key").addEventListener("change", () => sessionStorage.setItem("key", key()));
}

main();
