import StrictJSON

/// The best validation loss so far, and when it was measured.
struct BestStep {
  var step: Int
  var loss: Double

  init(step: Int, loss: Double) {
    self.step = step
    self.loss = loss
  }

  /// Reads what ``members`` wrote into `state.json`.
  init?(_ members: [JSONMember], after done: Int) {
    guard let value = JSONValue.object(members)["best"], let step = value["step"]?.integer,
      step > 0, step <= done, let loss = value["validation_loss"]?.number
    else { return nil }
    self.init(step: step, loss: loss)
  }

  /// As stored in `state.json`.
  var members: [JSONMember] {
    [
      JSONMember(
        name: "best", value: ["step": .integer(step), "validation_loss": .number(loss)])
    ]
  }
}
