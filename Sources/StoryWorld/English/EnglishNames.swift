/// English names by the numbers the simulation gives; none of them is also a common word.
enum EnglishNames {
  static let female = split(
    """
    Lily Mia Anna Emma Lucy Sara Molly Zoe Ella Nora Sophie Kate Jane Amy Tina Lena Clara Ruby Ava
    Maya Ivy Nina Maria Julia Hannah Alice Betty Polly Rita Leah Tess Wendy Dora Gina Sally Eva
    Martha Millie Penny Susie Flora Greta Helen Iris Jenny Kira Lola Mona Olive Paula Rosie Stella
    Tilly Vera Zara Abby
    """)

  static let male = split(
    """
    Tom Ben Max Sam Tim Leo Jack Finn Oscar Noah Henry Peter Adam Toby Paul Luke Danny Felix Hugo
    Jake Theo Eric Simon David Oliver Charlie George Milo Nick Otto Alex Billy Freddy Harry Ian
    James Kevin Liam Marco Nathan Owen Philip Ralph Rory Edgar Victor Walter Zack Arthur Bobby
    Conor Dylan Ethan Gus Jasper Kai
    """)

  private static func split(_ text: String) -> [String] {
    text.split { $0 == " " || $0 == "\n" }.map(String.init)
  }
}

let englishTraits: [String] = [
  "kind", "brave", "shy", "curious", "clever", "cheerful", "gentle", "playful", "quiet", "careful",
  "busy", "friendly", "merry", "lively", "polite", "bold", "patient", "helpful", "dreamy",
  "stubborn",
  "proud", "careless", "honest", "hopeful", "thoughtful", "restless", "messy", "generous", "funny",
  "hungry", "sleepy", "noisy",
]

let englishMostTraits: [String] = [
  "kindest", "bravest", "shyest", "most curious", "cleverest", "most cheerful", "gentlest",
  "most playful", "quietest", "most careful", "busiest", "friendliest", "merriest", "liveliest",
  "most polite", "boldest", "most patient", "most helpful", "dreamiest", "most stubborn",
  "proudest",
  "most careless", "most honest", "most hopeful", "most thoughtful", "most restless", "messiest",
  "most generous", "funniest", "hungriest", "sleepiest", "noisiest",
]

let englishColours: [String] = [
  "red", "blue", "yellow", "green", "white", "purple", "orange", "pink", "brown", "golden", "black",
  "silver", "gray",
]

let englishLooks: [String] = [
  "new", "old", "big", "small", "shiny", "pretty", "soft", "bright", "lovely", "beautiful",
  "striped",
  "wooden", "tiny", "special", "fine", "strange", "spotted", "cozy", "warm", "sweet", "fresh",
  "tasty",
  "ripe", "round", "favorite", "little",
]
