// Pictures by frame number. A page that shows several videos together must know which frame it shows, which
// a playing <video> does not tell exactly. So frames are decoded one by one (WebCodecs), and where the
// browser cannot (an insecure page, an unknown codec), a paused <video> is sent to each frame.

const KEPT_FRAMES = 48
const AHEAD = 6
// A decoder that is given damaged data may say nothing at all.
const DEADLINE = 5000

function inTime (promise) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the decoder gave no picture')), DEADLINE)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

async function openFrames (video, data, fps) {
  if (video.codec && window.VideoDecoder) {
    const config = { codec: video.codec, description: bytes(video.description), optimizeForLatency: true }
    if ((await VideoDecoder.isConfigSupported(config)).supported) return new CodecFrames(video, data, config)
  }
  return VideoFrames.open(data, fps)
}

class CodecFrames {
  constructor (video, data, config) {
    this.video = video
    this.data = data
    this.config = config
    this.count = video.sizes.length
    this.kept = new Map()
    this.waiting = new Map()
    this.next = -1
  }

  // The picture of a frame, something that can be drawn on a canvas.
  async frame (number) {
    if (this.kept.has(number)) return this.kept.get(number)
    return inTime(new Promise((resolve, reject) => {
      this.waiting.set(number, { resolve, reject })
      this.feed(number)
    }))
  }

  feed (number) {
    const key = this.keyBefore(number)
    const follows = this.decoder && this.decoder.state === 'configured' && this.next > key && this.next <= number
    if (!follows && !(this.next > number && this.next <= number + AHEAD + 1)) this.restart(key)
    const stop = Math.min(this.count, number + 1 + AHEAD)
    while (this.next < stop) this.decodeNext()
  }

  restart (key) {
    if (this.decoder && this.decoder.state !== 'closed') this.decoder.close()
    this.decoder = new VideoDecoder({ output: frame => this.take(frame), error: error => this.fail(error) })
    this.decoder.configure(this.config)
    this.next = key
    this.keys = new Set(this.video.keys)
  }

  decodeNext () {
    const number = this.next++
    const start = this.video.offsets[number]
    this.decoder.decode(new EncodedVideoChunk({
      type: this.keys.has(number) ? 'key' : 'delta',
      timestamp: number,
      data: this.data.subarray(start, start + this.video.sizes[number])
    }))
    if (this.next === this.count) this.decoder.flush().catch(() => {})
  }

  async take (frame) {
    const number = frame.timestamp
    const picture = await createImageBitmap(frame)
    frame.close()
    this.kept.delete(number)
    this.kept.set(number, picture)
    this.waiting.get(number)?.resolve(picture)
    this.waiting.delete(number)
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT_FRAMES) break
      this.kept.get(oldest).close()
      this.kept.delete(oldest)
    }
  }

  fail (error) {
    for (const { reject } of this.waiting.values()) reject(error)
    this.waiting.clear()
  }

  keyBefore (number) {
    return this.video.keys.findLast(key => key <= number)
  }

  close () {
    if (this.decoder && this.decoder.state !== 'closed') this.decoder.close()
    for (const picture of this.kept.values()) picture.close()
    this.kept.clear()
  }
}

class VideoFrames {
  static async open (data, fps) {
    const url = URL.createObjectURL(new Blob([data], { type: 'video/mp4' }))
    const player = element('video', { src: url, muted: true, preload: 'auto', playsinline: true })
    await inTime(new Promise((resolve, reject) => {
      player.addEventListener('loadeddata', resolve, { once: true })
      player.addEventListener('error', () => reject(new Error('this browser cannot play the video')), { once: true })
    }))
    return new VideoFrames(player, url, fps)
  }

  constructor (player, url, fps) {
    this.player = player
    this.url = url
    this.fps = fps
  }

  async frame (number) {
    const time = (number + 0.5) / this.fps
    if (this.player.currentTime !== time) {
      await inTime(new Promise(resolve => {
        this.player.addEventListener('seeked', resolve, { once: true })
        this.player.currentTime = time
      }))
    }
    return this.player
  }

  close () {
    URL.revokeObjectURL(this.url)
  }
}
