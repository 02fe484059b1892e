'use strict'
// Keeps a page up to date: whenever something happens, its live parts are fetched again and put in place.

const PAUSE_MS = 1000
const AGAIN_MS = 5000
const live = document.querySelector('[data-live]')
let due = null
let asked = false

async function refresh () {
  due = null
  if (document.hidden) { asked = true; return }
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } })
  if (!answer.ok) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const part of document.querySelectorAll('[data-live]')) {
    const next = fresh.getElementById(part.id)
    if (next && next.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) part.replaceWith(next)
  }
}

function ask () {
  due ??= setTimeout(refresh, PAUSE_MS)
}

function listen () {
  const job = document.body.dataset.job
  const source = new EventSource(job ? `/v1/events?job=${job}` : '/v1/events')
  for (const kind of ['job', 'task', 'progress']) source.addEventListener(kind, ask)
  source.addEventListener('open', ask) // after a break, for what was missed
  source.addEventListener('error', () => {
    // The browser resumes what breaks, but not what is refused, as while the service has no Redis.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS)
  })
  window.addEventListener('pagehide', () => source.close())
}

if (live) {
  listen()
  document.addEventListener('visibilitychange', () => { if (asked) { asked = false; ask() } })
}
