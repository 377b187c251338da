'use strict'
// The page works without this script, which adds filters, sorting and copying.
const all = (selector, from = document) => [...from.querySelectorAll(selector)]
const findings = all('.finding').map(card => ({
  card,
  connector: card.closest('.connector').id,
  severity: card.dataset.severity,
  rule: card.dataset.rule,
  text: card.textContent.toLowerCase()
}))
const connectors = all('.connector')
const rows = all('.matrix tbody tr')
const form = document.querySelector('.filters')

function filter () {
  const wanted = new FormData(form)
  const severities = new Set(wanted.getAll('severity'))
  const words = wanted.get('text').toLowerCase().split(/\s+/).filter(Boolean)
  const named = wanted.get('connector') ?? ''
  const narrowed = severities.size < form.severity.length || words.length || named || wanted.get('rule')
  const left = new Map()
  let shown = 0
  for (const one of findings) {
    const fits = severities.has(one.severity) &&
      (!wanted.get('rule') || one.rule === wanted.get('rule')) &&
      (!named || one.connector === named) &&
      words.every(word => one.text.includes(word))
    one.card.hidden = !fits
    if (fits) {
      shown++
      left.set(one.connector, true)
    }
  }
  for (const section of connectors) {
    section.hidden = narrowed && !left.has(section.id) && section.id !== named
  }
  for (const row of rows) row.hidden = narrowed && !left.has(row.dataset.connector)
  form.querySelector('.shown').textContent = `${shown} of ${findings.length} findings shown`
}

if (form) {
  form.hidden = false
  let waiting = 0
  const soon = () => {
    cancelAnimationFrame(waiting)
    waiting = requestAnimationFrame(filter)
  }
  form.addEventListener('input', soon)
  form.addEventListener('reset', soon) // the fields are only reset after this event
  form.addEventListener('submit', event => event.preventDefault())
  document.addEventListener('keydown', event => {
    const typing = event.target.closest('input, select, textarea')
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    form.text.focus()
  })
  filter()
}

for (const button of all('.matrix thead button')) {
  button.addEventListener('click', () => {
    const heading = button.closest('th')
    const column = heading.cellIndex
    const byName = column === 0
    const before = heading.ariaSort
    for (const other of all('.matrix thead th')) other.ariaSort = 'none'
    const up = before === 'none' ? byName : before === 'descending'
    heading.ariaSort = up ? 'ascending' : 'descending'
    const key = row => byName ? row.cells[0].textContent.trim().toLowerCase() : Number(row.cells[column].textContent)
    const keyed = rows.map(row => [key(row), row])
    keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (up ? 1 : -1))
    document.querySelector('.matrix tbody').append(...keyed.map(([, row]) => row))
  })
}

for (const button of all('.copy')) {
  if (!navigator.clipboard) continue
  button.hidden = false
  button.addEventListener('click', async () => {
    const text = button.parentElement.querySelector('.digest').textContent
    try {
      await navigator.clipboard.writeText(text)
      button.textContent = 'Copied'
    } catch {
      button.textContent = 'Not allowed: copy by hand'
    }
  })
}

// Links and printing open what is folded.
function open () {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (target instanceof HTMLDetailsElement) target.open = true
}
addEventListener('hashchange', open)
addEventListener('beforeprint', () => all('details').forEach(one => { one.open = true }))
open()
