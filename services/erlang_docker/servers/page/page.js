// The page of a node: puts its parts together.

import { Catalogue } from "./catalogue.js";
import { Cluster } from "./cluster.js";
import { Connection } from "./connection.js";
import { Acts } from "./copies.js";
import { byId } from "./dom.js";
import { Entry } from "./entry.js";
import { Functions } from "./functions.js";
import { setUpHelp, setUpViews } from "./help.js";
import { History } from "./history.js";
import { language, speak, switchLanguage } from "./language.js";
import { Login } from "./login.js";
import { copyWholeNames } from "./names.js";
import { Output } from "./output.js";
import { Picks } from "./picks.js";
import { Picture } from "./picture.js";
import { Prompt } from "./prompt.js";
import { Spread } from "./spread.js";
import { Status } from "./status.js";
import { Tiles } from "./tiles.js";
import { Way } from "./way.js";

function start() {
  const cluster = new Cluster();
  const output = new Output();
  const tiles = new Tiles();
  const picks = new Picks(cluster);
  const picture = new Picture(cluster, () => way.again());
  const way = new Way(picture, cluster);
  const status = new Status((key, named) => output.notice(key, named), () => connection);
  const login = new Login(enter);
  const connection = new Connection({ mayOpen: (signal) => login.ask(signal), onState: stand, onCluster: look, onOpen: arrive });
  const catalogue = new Catalogue(connection, () => (functions.show(), prompt.show()));
  const functions = new Functions(catalogue, (example) => prompt.put(example));
  const spread = new Spread(connection, cluster, picks, way);
  const help = () => byId("keys").showModal();
  const prompt = new Prompt(catalogue, new History(), { run, help, spread: (count) => spread.start(count), guess });

  function stand(state, facts) {
    status.show(state, facts);
    login.show(state);
  }

  function enter() {
    connection.connect();
    byId("command").focus();
  }

  function arrive() {
    catalogue.load().catch(() => {}); // lost again; the next node is asked
  }

  function look(watch) {
    cluster.take(watch);
    tiles.show(cluster.nodes);
    picture.show();
    picks.show();
    const own = cluster.find(cluster.own);
    if (own === undefined) return;
    status.arrive(own);
  }

  function run(command) {
    const entry = new Entry(command, told, (text) => catalogue.idempotent(text));
    output.add(entry);
    connection.run(command, entry);
  }

  function told(entry) {
    if (entry.call.outcome !== "echo") way.tell(entry.call);
    if (entry.call.picked !== "") picks.add(entry.call.picked);
    output.group(entry);
  }

  function guess(typed, meant) {
    output.hint(typed, meant.guess, {}, prompt.offers(meant.offers));
  }

  new Acts(cluster, login, run);
  copyWholeNames();
  setUpHelp();
  setUpViews();
  byId("language").addEventListener("click", async () => {
    await switchLanguage();
    if (cluster.find(cluster.own)) status.arrive(cluster.find(cluster.own));
    picture.show();
    way.again();
  });
  way.invite(run);
  connection.connect();
}

await speak(language());
start();
