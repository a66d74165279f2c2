# title: Penalty weight 0.03, 0.1 and 0.3 of Anticipation Sharing (Figure 4)
# caption: Lines are means of the seeds, bands their range, the thin line is where untrained networks are. Above the
#          normalised return, below how many agents cooperate at a step.
rows = 'normalised_return cooperators'
row_names = 'normalised return|cooperators per step'
panels = 'n6 n8 n12'
panel_names = '6 agents|8 agents|12 agents'
lines = '_rho003 0 _rho03'
line_names = 'penalty 0.03|penalty 0.1|penalty 0.3'
line_colours = '#8FC1E3 #0072B2 #00304D'
key(line, panel) = 'as_'.panel.(line eq '0' ? '' : line)
has_untrained = 1
untrained(panel) = 'as_'.panel.'_untrained'
load shared.'/default-overlay.gp'
