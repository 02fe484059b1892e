'use strict'

/** No sounds: nothing records them, and the stock packet is malformed for newer versions. */
module.exports.server = serv => {
  serv.playSound = () => {}
}
