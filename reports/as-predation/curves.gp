# title: Learning curves with 6, 8 and 12 agents (Figure 1), and how many cooperate
# place: 1
# caption: Lines are means of the seeds, bands their range, the thin line is where untrained networks are. Above, the
#          normalised return: 0 where nobody cooperates, 1 with one volunteer, which with the paper's payoffs beats
#          universal cooperation for more than four agents. Below, how many agents cooperate at a step: the best
#          number is one.
rows = 'normalised_return cooperators'
row_names = 'normalised return|cooperators per step'
panels = 'n6_long n8_long n12_long'
panel_names = '6 agents|8 agents|12 agents'
lines = 'as vs vps vps_reward ps ind team'
line_names = 'as|vs|vps|vps-reward|ps|ind (ours)|team (ours)'
key(line, panel) = line.'_'.panel
has_untrained = 1
untrained(panel) = 'as_'.panel[1 : strlen(panel) - 4].'untrained'
load shared.'/default-overlay.gp'
