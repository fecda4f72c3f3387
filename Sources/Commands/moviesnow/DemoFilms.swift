internal import Catalog
internal import Publication
internal import Schedule
internal import Vocabulary

/// What the demo catalogue holds: films in the public domain, with windows that show what a schedule can say.
struct DemoFilm {
  let name: String
  let slug: String
  let year: Int
  var type = TitleType.movie
  let genres: [String]
  let overview: String
  let windows: [Opening]

  /// A window, in days from now; negative ones have begun.
  struct Opening {
    let from: Int
    var to: Int?
    var territory = Schedule.Territory.global
  }

  static let all = [
    DemoFilm(
      name: "A Trip to the Moon", slug: "a-trip-to-the-moon", year: 1902, genres: ["Science Fiction", "Short"],
      overview: "Astronomers travel to the Moon in a shell, and meet its inhabitants.", windows: [Opening(from: -365)]),
    DemoFilm(
      name: "The General", slug: "the-general", year: 1926, genres: ["Comedy", "Action"],
      overview: "A railway man pursues his stolen locomotive through the war.",
      windows: [Opening(from: -30, to: 335)]),
    DemoFilm(
      name: "Nosferatu", slug: "nosferatu", year: 1922, genres: ["Horror"],
      overview: "A clerk sells a house to a count who sleeps by day.",
      windows: [
        Opening(from: -30, territory: .include(countries("DE", "AT", "CH"))),
        Opening(from: 10, territory: .include(countries("US", "CA"))),
      ]),
    DemoFilm(
      name: "Metropolis", slug: "metropolis", year: 1927, genres: ["Science Fiction", "Drama"],
      overview: "The son of a city's master falls in love with the prophet of its workers.",
      windows: [Opening(from: 14)]),
    DemoFilm(
      name: "The Cabinet of Dr. Caligari", slug: "the-cabinet-of-dr-caligari", year: 1920, genres: ["Horror"],
      overview: "A showman's sleepwalker foretells deaths.",
      windows: [Opening(from: 7, to: 97, territory: .include(countries("DE")))]),
    DemoFilm(
      name: "Night of the Living Dead", slug: "night-of-the-living-dead", year: 1968, genres: ["Horror"],
      overview: "Strangers hide in a farmhouse from the dead who have risen.",
      windows: [Opening(from: 21, territory: .exclude(countries("DE")))]),
    DemoFilm(
      name: "Felix the Cat", slug: "felix-the-cat", year: 1919, type: .series, genres: ["Animation", "Comedy"],
      overview: "A black cat gets out of trouble with whatever is at hand, his tail included.",
      windows: [Opening(from: -90)]),
  ]
}

private func countries(_ codes: String...) -> Set<CountryCode> { Set(codes.compactMap { CountryCode($0) }) }
