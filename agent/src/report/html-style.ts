/** The page's look: follows the reader's light or dark setting; outcomes differ by sign, word and colour (Okabe-Ito). */
export const HTML_STYLE = `
:root { color-scheme: light dark; --ok: #007d5c; --bad: #c04000; --warn: #8a6100; --dim: #6b7280; --line: #d9dce1; --card: #f6f7f9; --accent: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ok: #3fbf95; --bad: #ff8a57; --warn: #e6b422; --dim: #9aa3af; --line: #33383f; --card: #1b1f24; --accent: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; font: 15px/1.5 system-ui, sans-serif; }
header { border-left: .5rem solid var(--dim); background: var(--card); padding: 1rem 1.5rem; border-radius: .4rem; }
header.passed { border-color: var(--ok); } header.failed { border-color: var(--bad); } header.errored { border-color: var(--warn); }
h1 { margin: 0; font-size: 1.7rem; text-transform: capitalize; }
h2 { margin: 2rem 0 .6rem; font-size: 1.2rem; text-transform: capitalize; display: flex; gap: .8rem; align-items: center; }
header p { margin: .3rem 0 .8rem; }
.facts { display: flex; flex-wrap: wrap; gap: .3rem 2rem; margin: 0; } .facts div { display: flex; gap: .5rem; } dt { color: var(--dim); } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; display: block; overflow-x: auto; }
thead, tbody { width: 100%; } th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: normal; }
thead th { color: var(--dim); font-size: .85em; } tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } .dim, footer { color: var(--dim); }
.badge { font-size: .85rem; white-space: nowrap; text-transform: none; } .passed > span, .badge.passed { color: var(--ok); } .badge.failed { color: var(--bad); } .badge.errored { color: var(--warn); } .badge.skipped { color: var(--dim); }
code, pre { font: 13px/1.45 ui-monospace, monospace; } pre { margin: 0; white-space: pre-wrap; max-height: 14rem; overflow: auto; }
.strip { background: color-mix(in srgb, var(--ok) 35%, transparent); border-radius: 2px; } .strip .missed { fill: var(--bad); } .strip .partial { fill: var(--warn); }
.axis { stroke: var(--line); } .spread { stroke: var(--accent); stroke-width: 4; } .median { fill: var(--accent); }
footer { margin-top: 2rem; font-size: .85rem; }
`;
