// SPDX-License-Identifier: Apache-2.0
//! Frames on the line, byte by byte: what LiteX's tools send, and what no tool should.

use persimmon::board::{BoardBuild, Simulated};

/// Silence that ends a frame, in clocks: TIMEOUT of the builds, and some.
const SILENCE: u64 = 4096 + 100;
/// Clocks of a byte on the line.
const BYTE: u64 = 40;

/// "PRSM" and "PRSB", at the first address of the IOMMU and of the board.
const IDS: [u8; 8] = *b"PRSMPRSB";
const ID: u32 = 0;
const BOARD_ID: u32 = 0x400;
const CTRL: u32 = 0x408;
const BUS_ERROR: u32 = 0x40c;
const WINDOW: u32 = 0x8000;

struct Line(Simulated);

impl Line {
    /// A board whose self-test has been stopped: it writes to memory.
    fn new() -> Self {
        let mut line = Self(Simulated::new(BoardBuild::Lite, 7).unwrap());
        line.write(0x01, CTRL, &[1 << 2]);
        line
    }

    fn send(&mut self, bytes: &[u8]) {
        self.0.send(bytes).unwrap();
        while self.0.unsent() > 0 {
            self.0.step(1).unwrap();
        }
        self.0.step(BYTE).unwrap();
    }

    /// What comes until nothing more does.
    fn answer(&mut self) -> Vec<u8> {
        let mut all = Vec::new();
        let mut buffer = [0; 64];
        loop {
            self.0.step(4 * BYTE).unwrap();
            match self.0.take(&mut buffer) {
                0 => return all,
                count => all.extend(&buffer[..count]),
            }
        }
    }

    fn header(command: u8, address: u32, words: u8) -> Vec<u8> {
        let mut frame = vec![command, words];
        frame.extend((address / 4).to_be_bytes());
        frame
    }

    fn read(&mut self, command: u8, address: u32, words: u8) -> Vec<u32> {
        self.send(&Self::header(command, address, words));
        let answer = self.answer();
        assert_eq!(answer.len(), 4 * usize::from(words), "{answer:x?}");
        let words = answer.chunks_exact(4);
        words
            .map(|word| u32::from_be_bytes(word.try_into().unwrap()))
            .collect()
    }

    fn write(&mut self, command: u8, address: u32, words: &[u32]) {
        let mut frame = Self::header(command, address, words.len() as u8);
        frame.extend(words.iter().flat_map(|word| word.to_be_bytes()));
        self.send(&frame);
        assert!(self.answer().is_empty(), "a write is not answered");
    }

    /// The board understands what comes now.
    fn understands(&mut self) {
        let mut bytes = Vec::new();
        for address in [ID, BOARD_ID] {
            bytes.extend(
                self.read(0x02, address, 1)
                    .iter()
                    .flat_map(|w| w.to_be_bytes()),
            );
        }
        assert_eq!(bytes, IDS);
    }
}

#[test]
fn reads_and_writes_of_one_word_and_of_many() {
    let mut line = Line::new();
    line.understands();
    // As many as a page has here.
    let words: Vec<u32> = (0..128).map(|i| 0x0101_0101 * i).collect();
    line.write(0x01, WINDOW, &words);
    assert_eq!(line.read(0x02, WINDOW, 128), words);
    assert_eq!(line.read(0x02, WINDOW + 4 * 7, 1), [0x0707_0707]);
    // The variants that stay at their address.
    line.write(0x03, WINDOW, &[1, 2, 3]);
    assert_eq!(line.read(0x02, WINDOW, 2), [3, 0x0101_0101]);
    assert_eq!(line.read(0x04, WINDOW + 4, 3), [0x0101_0101; 3]);
}

#[test]
fn garbage_and_frames_that_were_cut_off_do_no_lasting_harm() {
    let mut line = Line::new();
    let kept = 0x1234_5678;
    line.write(0x01, WINDOW, &[kept]);

    // A write frame, cut after each of its bytes but the last.
    let mut frame = Line::header(0x01, WINDOW, 1);
    frame.extend([0xff; 4]);
    for cut in 1..frame.len() {
        line.send(&frame[..cut]);
        line.0.step(SILENCE).unwrap();
        line.understands();
        assert_eq!(line.read(0x02, WINDOW, 1), [kept], "cut after {cut} bytes");
    }
    // A read frame, likewise.
    let frame = Line::header(0x02, WINDOW, 1);
    for cut in 1..frame.len() {
        line.send(&frame[..cut]);
        line.0.step(SILENCE).unwrap();
        assert!(line.answer().is_empty());
        line.understands();
    }
    // Bytes that start no frame are passed over without waiting.
    line.send(&[0x00, 0x55, 0xaa, 0xff, 0x05, 0x80]);
    line.understands();
    // A frame of no words is over after its address.
    line.send(&Line::header(0x01, WINDOW, 0));
    line.send(&Line::header(0x02, WINDOW, 0));
    assert!(line.answer().is_empty());
    line.understands();
    assert_eq!(line.read(0x02, WINDOW, 1), [kept]);

    // Noise. It may write wherever it likes, so only the line must recover.
    let mut noise = 1_u32;
    for _ in 0..20 {
        let bytes: Vec<u8> = (0..50)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (noise >> 24) as u8
            })
            .collect();
        line.send(&bytes);
        line.answer();
        line.0.step(SILENCE).unwrap();
        line.answer();
        line.understands();
    }
}

#[test]
fn what_is_not_there_is_kept_in_bus_error() {
    let mut line = Line::new();
    line.write(0x01, BUS_ERROR, &[0]);
    assert_eq!(line.read(0x02, BUS_ERROR, 1)[0] & 0xff, 0, "no error");
    for (address, shown) in [
        (0x7f0, 0x07f0),    // a hole among the board's registers
        (0x1000, 0x1000),   // between them and memory
        (0xfffc, 0xfffc),   // behind memory
        (0x2_0000, 0x7ffc), // beyond the bus
    ] {
        line.read(0x02, address, 1);
        line.write(0x01, ID, &[0]); // a second error does not hide the first
        let error = line.read(0x02, BUS_ERROR, 1)[0];
        assert_eq!(error >> 16, shown, "{error:#x}");
        assert_eq!(
            error & 0xffff,
            3 << 9 | 2,
            "DECERR of a read, two errors: {error:#x}"
        );
        line.write(0x01, BUS_ERROR, &[0]);
    }
    // Registers that cannot be written say SLVERR, the IOMMU's and the board's.
    for address in [ID, BOARD_ID] {
        line.write(0x01, address, &[0]);
        let error = line.read(0x02, BUS_ERROR, 1)[0];
        assert_eq!(error, address << 16 | 2 << 9 | 1 << 8 | 1);
        line.write(0x01, BUS_ERROR, &[0]);
    }
    line.understands();
}
