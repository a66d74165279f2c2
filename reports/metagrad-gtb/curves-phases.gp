# title: What comes before: agents in a free market, and a designer that goes on or stays (Figure C.2; ours)
# place: 8
# caption: Left the curriculum's first phase (Figure C.2 of the thesis, which has 50 000 episodes of it). Right, ours: from the
#          networks of “warm” agents go on with a designer that learns and with a tax function that stays. Lines are means of
#          the seeds, bands their range; the axis says after how many episodes.
rows = 'welfare productivity'
row_names = 'social welfare, coin|productivity, coin'
panels = 'first then'
panel_names = 'phase 1|from warm'
lines = 'free_market_phase_1 metagrad_moving metagrad_frozen'
line_names = 'phase-1|moving|frozen'
line_colours = '#1A1A1A #0072B2 #D55E00'
key(line, panel) = (panel eq 'first') == (line eq 'free_market_phase_1') ? line : ''
load shared.'/default-overlay.gp'
