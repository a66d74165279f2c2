# title: Social welfare, equality and productivity while learning (Figures 6.3 and 6.6)
# place: 1
# caption: Where an episode ends, in 10 episodes every 200 of training, played without exploration; productivity is the coin of
#          all agents, social welfare its product with equality. Lines are means of the seeds (free-market, of two), bands their
#          range. The thesis shows 200 000 episodes and prints no number of them; the axis says how many there are here. With a
#          curriculum 5000 episodes in a free market come before the first one shown.
rows = 'welfare equality productivity'
row_names = 'social welfare, coin|equality|productivity, coin'
panels = 'none curriculum'
panel_names = 'no curriculum|with a curriculum'
lines = 'metagrad dual_rl us_federal free_market'
line_names = 'metagrad|dual-rl|us-federal|free-market'
key(line, panel) = panel eq 'none' ? line : line eq 'free_market' ? '' : line.'_curriculum'
load shared.'/default-overlay.gp'
