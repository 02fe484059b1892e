'use strict'
/* global say */
// The form of a new job: makes the JSON of a job from its fields, and shows what the API says of it.

const form = document.querySelector('form.job')
const keys = new Map() // one key for each job that was sent: a double click makes one job

function value (input) {
  return input.type === 'number' ? Number(input.value) : input.value
}

function job () {
  const spec = { mix: {}, world: {}, view: { planes: [] } }
  for (const input of form.querySelectorAll('[name]')) {
    const [part, name] = input.name.split('.')
    if (input.type === 'checkbox') {
      if (!input.checked) continue
      if (part === 'world') spec.world[input.value] = 1
      else spec.view.planes.push(input.value)
    } else if (part === 'mix' || part === 'draw') {
      if (Number(input.value) > 0) (spec[part] ??= {})[name] = Number(input.value)
    } else if (name) (spec[part] ??= {})[name] = value(input)
    else spec[part] = value(input)
  }
  return spec
}

function mark (errors) {
  for (const input of form.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid')
  for (const { field } of errors ?? []) {
    const name = field.replace(/^body\./, '')
    // What is wrong with a group as a whole is wrong with each of its fields.
    const inputs = form.querySelectorAll(`[name="${CSS.escape(name)}"], [name^="${CSS.escape(name + '.')}"]`)
    for (const input of inputs) input.setAttribute('aria-invalid', 'true')
  }
}

form.addEventListener('submit', async event => {
  event.preventDefault()
  const body = JSON.stringify(job())
  if (!keys.has(body)) keys.set(body, crypto.getRandomValues(new Uint32Array(4)).join('-'))
  const answer = await fetch('/v1/jobs', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': keys.get(body) },
    body
  })
  const told = await answer.json()
  if (answer.ok) { location.href = `/jobs/${told.id}`; return }
  mark(told.errors)
  say(told.errors ? told.errors.map(one => `${one.field.replace(/^body\./, '')}: ${one.message}`).join('\n') : told.detail)
})
