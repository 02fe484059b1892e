'use strict'
// What every page can do: keys, theme, and buttons that call the API.

const KEYS = { j: '/', n: '/new', d: '/datasets', w: '/workers' }

function theme (name) {
  if (name) document.documentElement.dataset.theme = name
}

function toggleTheme () {
  const dark = getComputedStyle(document.documentElement).colorScheme === 'dark' ||
    (!document.documentElement.dataset.theme && matchMedia('(prefers-color-scheme: dark)').matches)
  const next = dark ? 'light' : 'dark'
  localStorage.setItem('theme', next)
  theme(next)
}

async function call (url, body) {
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json' } }
  if (body) options.body = JSON.stringify(body)
  const answer = await fetch(url, options)
  return { ok: answer.ok, value: await answer.json() }
}

function say (text) {
  const place = document.getElementById('message')
  place.textContent = text
  place.hidden = !text
  if (text) place.scrollIntoView({ block: 'nearest' })
}

document.addEventListener('keydown', event => {
  if (event.target.matches('input, select, textarea') || event.ctrlKey || event.metaKey || event.altKey) return
  if (event.key === 't') toggleTheme()
  else if (event.key === '/' && document.querySelector('[data-search]')) {
    event.preventDefault()
    document.querySelector('[data-search]').focus()
  } else if (KEYS[event.key]) location.href = KEYS[event.key]
})

document.addEventListener('click', async event => {
  const button = event.target.closest('button')
  if (button?.id === 'theme') toggleTheme()
  if (!button?.dataset.post) return
  button.disabled = true
  const { ok, value } = await call(button.dataset.post)
  button.disabled = false
  if (ok) location.reload()
  else say(value.detail)
})

// Parts that take a while come after the page.
async function load (place) {
  const answer = await fetch(place.dataset.load)
  if (answer.ok) place.innerHTML = await answer.text()
  else place.textContent = 'These plots could not be made; see the log of the API.'
}

for (const place of document.querySelectorAll('[data-load]')) load(place)
theme(localStorage.getItem('theme'))
