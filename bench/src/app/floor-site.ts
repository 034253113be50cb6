/**
 * The least a page can do, served beside the app: an input, a list of a hundred thousand rows of which only those in
 * view exist, and a database that stores what it is given as it comes. What the browser and this machine cost is in both.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const ROWS = 100_000;
const ROW_HEIGHT = 28;

const PAGE = `<!doctype html><meta charset="utf-8"><title>floor</title>
<style>body{margin:0;font:13px sans-serif}#list{height:600px;overflow:auto;position:relative}
#list>div{position:relative;height:${ROWS * ROW_HEIGHT}px}p{position:absolute;margin:0;height:${ROW_HEIGHT}px}</style>
<input aria-label="URL" autofocus><textarea aria-label="Body"></textarea><div id="list"><div></div></div>
<script>
const list=document.getElementById('list'),inner=list.firstElementChild;
const paint=()=>{const from=Math.floor(list.scrollTop/${ROW_HEIGHT});inner.replaceChildren(...Array.from({length:24},(_,i)=>{
const row=document.createElement('p');row.style.top=(from+i)*${ROW_HEIGHT}+'px';row.textContent='GET Request '+(from+i);return row}))};
list.addEventListener('scroll',paint);paint();
const open=()=>new Promise((resolve,reject)=>{const request=indexedDB.open('floor',1);
request.onupgradeneeded=()=>request.result.createObjectStore('pages');request.onsuccess=()=>resolve(request.result);request.onerror=()=>reject(request.error)});
const done=(transaction)=>new Promise((resolve,reject)=>{transaction.oncomplete=()=>resolve();transaction.onerror=()=>reject(transaction.error)});
/* Takes pages as they come, gzip as they are, puts them on disk, and reads the names out of the first. */
globalThis.firstSync=async()=>{const from=performance.now();const db=await open();let treeAt=0;
const pages=await (await fetch('/pages')).json();
for(const path of pages){const bytes=await (await fetch(path)).arrayBuffer();const t=db.transaction('pages','readwrite');t.objectStore('pages').put(bytes,path);await done(t);
const text=await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
if(treeAt===0){globalThis.tree=JSON.parse(text);treeAt=performance.now()-from}}
db.close();return {treeAt,completeAt:performance.now()-from}};
</script>`;

export interface FloorSite {
  readonly url: string;
  /** What it serves to be stored: gzip pages, the tree first. */
  serve(pages: readonly Buffer[]): void;
  stop(): void;
}

export async function startFloorSite(): Promise<FloorSite> {
  let pages: readonly Buffer[] = [];
  const server = createServer(({ url = '/' }, response) => {
    const page = pages[Number(url.slice('/page/'.length))];
    if (url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    else if (url === '/pages') response.end(JSON.stringify(pages.map((_page, at) => `/page/${at}`)));
    else if (url.startsWith('/page/') && page !== undefined) response.end(page);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    serve: (next) => {
      pages = next;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
