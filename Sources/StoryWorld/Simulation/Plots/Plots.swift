extension World {
  /// Lets one story happen.
  mutating func run() {
    // Stories in which people buy and sell need people.
    let plots = isAnimalWorld ? 19 : 20
    switch random.below(plots) {
    case 0, 18: playPlot()
    case 1: losingPlot()
    case 2: cookingPlot()
    case 3: buildingPlot()
    case 4: learningPlot()
    case 5: rescuePlot()
    case 6: journeyPlot()
    case 7: nightPlot()
    case 8: friendshipPlot()
    case 9: quarrelPlot()
    case 10: errandPlot()
    case 11: contestPlot()
    case 12: gardenPlot()
    case 13: warningPlot()
    case 14: cheeringPlot()
    case 15: honestyPlot()
    case 16: lostPlot()
    case 17: kindnessPlot()
    default: earningPlot()
    }
  }
}
