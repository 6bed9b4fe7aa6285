use super::*;

/// Text with repeats, then noise: something for every kind of codec.
fn sample() -> Vec<u8> {
    let text = (0..20_000_u32).map(|i| b"the quick brown fox "[(i * i % 37 % 20) as usize]);
    let noise = (0..5_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8);
    text.chain(noise).collect()
}

#[test]
fn every_peer_gives_back_what_it_was_given() {
    for raw in [Vec::new(), vec![7], sample()] {
        for codec in peers() {
            let (mut coded, mut back) = (Vec::new(), Vec::new());
            codec.compress(&mut &raw[..], raw.len() as u64, &mut coded).unwrap();
            codec.decompress(&mut &coded[..], &mut back).unwrap();
            assert_eq!(back, raw, "{}", codec.name());
        }
    }
}

#[test]
fn no_two_peers_have_one_name() {
    let mut names: Vec<String> = peers().iter().map(|codec| codec.name()).collect();
    names.sort();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
}
