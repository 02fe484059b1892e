// Small helpers: elements, colours, embedded data.

function element (tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value)
    else if (value === true) made.setAttribute(name, '')
    else if (value !== false && value != null) made.setAttribute(name, value)
  }
  made.append(...children)
  return made
}

const byId = id => document.getElementById(id)

const embedded = id => JSON.parse(byId(id).textContent)

function bytes (base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64)
  return Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))
}

const ink = player => `var(--p${player % 8})`

// Canvases cannot use variables, so colours are looked up when something is drawn. `light-dark()` is
// resolved through a real property.
const probe = element('span', { hidden: true })
document.body.append(probe)

function colour (value) {
  probe.style.color = value
  return getComputedStyle(probe).color
}

// A canvas as sharp as the screen; returns its context with CSS pixels as units.
function prepare (canvas, width, height) {
  const ratio = window.devicePixelRatio || 1
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  const context = canvas.getContext('2d')
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return context
}

const degrees = radians => radians * 180 / Math.PI

const clamp = (value, low, high) => Math.min(high, Math.max(low, value))
