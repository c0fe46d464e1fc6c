#pragma once

namespace nacre::tools {

/// How a report looks: in the light and in the dark, from 320 pixels on.
constexpr const char* kReportStyle = R"css(
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #fff; --line: #d0d7de; --fill: #eef3f8;
  --bar: #9ec5ee; --mark: #b3261e; --a: #7fb2e5; --b: #f2b872; --c: #8fcf9f; --d: #c9a5e0; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9aa4ae; --paper: #0f1419; --line: #30363d;
  --fill: #1b2530; --bar: #2f5d8c; --mark: #ff8a80; --a: #2f6ca8; --b: #9a6a26; --c: #2f7d46; --d: #75489a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; font: 16px/1.5 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); }
h1 { font-size: 1.6rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
header p, footer, caption { color: var(--soft); }
dl { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: .25rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; min-width: 100%; }
caption { text-align: left; padding: .25rem 0; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tbody th { font-weight: 500; overflow-wrap: anywhere; min-width: 7rem; max-width: 18rem; }
td { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; min-width: 4.5rem; }
.bar { display: block; height: .35rem; min-width: 0; background: var(--bar); border-radius: 2px; }
svg { display: block; max-width: 100%; height: auto; font: 11px system-ui, sans-serif; }
svg text { fill: var(--ink); }
.graph { margin: .5rem 0; }
.layer { fill: var(--fill); stroke: var(--line); }
.edge { fill: none; stroke: var(--soft); }
marker path { fill: var(--soft); }
.memory { width: 100%; }
.tensor { stroke: var(--paper); stroke-width: .5; }
.t0 { fill: var(--a); } .t1 { fill: var(--b); } .t2 { fill: var(--c); } .t3 { fill: var(--d); }
path.peak { stroke: var(--mark); stroke-dasharray: 4 3; fill: none; }
text.peak { fill: var(--mark); }
summary { cursor: pointer; padding: .4rem 0; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } }
)css";

}  // namespace nacre::tools
