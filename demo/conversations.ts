/** What made-up people say in the chats of the demo. One conversation follows another, in any order. */

export interface Line {
  by: string;
  /** `/me …`: what they do. */
  text: string;
  /** Which line of this conversation it answers, from 0. */
  answers?: number;
}

const line = (by: string, text: string, answers?: number): Line => ({
  by,
  text,
  ...(answers === undefined ? {} : { answers }),
});

/** Said at once, so that nobody comes into an empty chat; the first is pinned. */
export const opening: Line[] = [
  line("ibu", "Welcome! The clock shows this machine's time: hold it beside yours and see how far behind you are"),
  line("budi", "Selamat malam semuanya 👋"),
  line("citra", "Good evening from Bandung!"),
  line("eka", "First time here. How near to live is this?"),
  line("citra", "@eka about a second. Look at the tenths", 3),
  line("eka", "whoa"),
  line("dewi", "Danaunya bagus sekali malam ini 😍"),
  line("ibu", "Terima kasih, Dewi! The sun will take its time"),
];

export const atTheLake: Line[][] = [
  [
    line("tom", "What is the house on stilts?"),
    line("ibu", "That is a panggung: a stage, open to all sides", 0),
    line("tom", "So that is where the name comes from 😄"),
    line("budi", "Betul, rumah panggung juga begitu"),
  ],
  [
    line("joko", "Ada yang lihat perahunya?"),
    line("dewi", "Tadi lewat di bawah matahari", 0),
    line("joko", "Itu paman saya 😂"),
    line("maya", "Every evening at the same speed. A punctual man"),
  ],
  [
    line("nina", "My clock says the same second as yours. How?"),
    line("citra", "Short pieces, sent while they are still being made", 0),
    line("nina", "And it runs on one small machine?"),
    line("ibu", "It does. The one that you started it on 🙂", 2),
  ],
  [
    line("eka", "Berapa penari malam ini?"),
    line("ibu", "Tiga. Lampunya sudah menyala", 0),
    line("eka", "Saya hitung tiga bayangan, cocok ✅"),
  ],
  [
    line("maya", "/me gets a coffee"),
    line("tom", "Bring one for me too ☕"),
    line("maya", "@tom it will be cold in your town"),
    line("tom", "Iced coffee then"),
  ],
  [
    line("dewi", "Musiknya dari mana, Bu?"),
    line("ibu", "Saron kecil dan besar, lima nada. Slendro", 0),
    line("nina", "I could work to this all day"),
    line("joko", "Sama. Sudah dua jam saya dengarkan 🎶"),
  ],
  [
    line("citra", "The tenth of a second is the gold one, right?"),
    line("budi", "Yes. And each dot below is a second of this minute", 0),
    line("citra", "Took me a while, thanks!"),
  ],
  [
    line("joko", "Kamera di ruang panggilan juga bisa dicoba"),
    line("budi", "Di /rooms, ada Maya yang menunggu di sana", 0),
    line("maya", "I wave at everybody who comes in 👋"),
  ],
  [
    line("tom", "Is the volcano asleep?"),
    line("dewi", "Sangat pulas 😴", 0),
    line("ibu", "Since before my grandmother's grandmother"),
    line("tom", "Good."),
  ],
  [
    line("nina", "Can I watch this on my phone?"),
    line("citra", "Same address, same network. Worked for me on the sofa", 0),
    line("nina", "🛋️📱 done"),
  ],
  [
    line("budi", "Jangan lupa: sopan santun di obrolan ya 🙏"),
    line("joko", "Siap, Pak moderator"),
    line("eka", "/me sits up straight"),
  ],
  [
    line("dewi", "Bintangnya berkelip, lihat di kiri atas ✨"),
    line("maya", "I see one that moves. Satellite?"),
    line("dewi", "Mungkin nyamuk", 1),
    line("maya", "😂😂"),
  ],
  [
    line("eka", "Kapan tampil berikutnya?"),
    line("ibu", "Setiap malam, selama listrik menyala", 0),
    line("eka", "Saya ikuti kanalnya ❤️"),
  ],
  [
    line("tom", "I left the tab for a minute and it caught up by itself. Nice"),
    line("nina", "Same when my wifi dropped"),
    line("citra", "And no chat line was lost, I checked"),
  ],
  [
    line("joko", "Apa kabar dari Surabaya? Panas?"),
    line("dewi", "Panas! Di sini 33 derajat 🥵", 0),
    line("tom", "4 degrees and rain here. Swap?"),
    line("dewi", "Deal", 2),
  ],
];

export const inTheGarden: Line[][] = [
  [
    line("nina", "What are the yellow ones?"),
    line("bayu", "Just born. They turn green if they last", 0),
    line("nina", "And the violet?"),
    line("bayu", "Where something lived until a moment ago", 2),
  ],
  [
    line("joko", "Siapa yang menanam?"),
    line("bayu", "Tidak ada. Tiga tetangga, lalu tumbuh", 0),
    line("joko", "Seperti kampung saya 😄"),
  ],
  [line("tom", "I have been staring at one glider for five minutes"), line("bayu", "That is what it is for 🌱", 0)],
  [line("eka", "Kebunnya tenang sekali"), line("joko", "Sampai ada yang lewat 💥")],
];

/** To whoever writes and is none of them. */
export const greetings: readonly ((name: string) => Line)[] = [
  (name) => line("citra", `Hi @${name}, good to see you here! 👋`),
  (name) => line("budi", `Selamat datang, @${name}!`),
  (name) => line("nina", `@${name} 😊 which second does your clock show?`),
  (name) => line("joko", `Halo @${name}, duduk yang nyaman ya`),
  (name) => line("tom", `@${name} I was about to say the same`),
];
